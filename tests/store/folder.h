/* tests/store/folder.h - a folder for one SQLite file and what lies beside it. */
#ifndef CURFEW_TESTS_STORE_FOLDER_H
#define CURFEW_TESTS_STORE_FOLDER_H

enum { FOLDER_PATH_SIZE = 512 };

struct folder {
    char path[FOLDER_PATH_SIZE];
    char database[FOLDER_PATH_SIZE]; /* path/curfew.db; not there so far */
};

void folder_init(struct folder *folder);
void folder_release(struct folder *folder); /* removes it with all files in it */

#endif

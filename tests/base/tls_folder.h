/* tests/base/tls_folder.h - a folder with the certificates of tests/standin/certificates.h, for one test. */
#ifndef CURFEW_TESTS_BASE_TLS_FOLDER_H
#define CURFEW_TESTS_BASE_TLS_FOLDER_H

enum { PATH_SIZE = 512 };

void tls_folder_make(char folder[PATH_SIZE]);
void tls_folder_remove(const char *folder);

/* folder/name */
void tls_folder_path(char target[PATH_SIZE], const char *folder, const char *name);

#endif

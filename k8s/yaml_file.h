/* k8s/yaml_file.h - one YAML document, looked into by name. Pure; the reading is libyaml's.
 *
 * Nesting, values and anchors are bounded before a tree is made. An alias is a second way to the same node and is never copied out, so it
 * cannot multiply. Of a key that stands twice in a mapping the last one counts, as with kubectl.
 */
#ifndef CURFEW_K8S_YAML_FILE_H
#define CURFEW_K8S_YAML_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

#include "base/attributes.h"
#include "base/error.h"

enum { YAML_DEPTH_MAX = 32, YAML_NODES_MAX = 100 * 1000, YAML_ANCHORS_MAX = 100 };

struct yaml_file {
    const char *path; /* for error sentences; borrowed */
    yaml_document_t tree;
    bool loaded;
};

/* false, ERROR_INPUT: the sentence names path, line and what is wrong. A file without a document is an empty one. */
bool yaml_file_read(const char *path, const char *text, size_t length, struct yaml_file *ret_file, struct error *error)
    must_check;
void yaml_file_release(struct yaml_file *file);

/* The outermost node, or NULL where there is none or it is null. Nodes are borrowed from the file. */
yaml_node_t *yaml_root(struct yaml_file *file) must_check;

/* The value of a key, or NULL: not there, null, or node (which may be NULL) is no mapping. */
yaml_node_t *yaml_member(struct yaml_file *file, const yaml_node_t *node, const char *key) must_check;

/* How many items a sequence has; 0 when node is no sequence. And one of them, index below that number. */
size_t yaml_item_count(const yaml_node_t *node) must_check;
yaml_node_t *yaml_item(struct yaml_file *file, const yaml_node_t *node, size_t index) must_check;

/* Text of a key; NULL = not given, or empty. The caller frees it.
 * false, ERROR_INPUT: it is a mapping or a sequence, or has a NUL in it. */
bool yaml_read_text(struct yaml_file *file, const yaml_node_t *node, const char *key, char **ret_text,
                    struct error *error) must_check;

/* Likewise of a node itself, which must not be NULL: "" is "". what names it in the sentence. */
bool yaml_node_text(const struct yaml_file *file, const yaml_node_t *node, const char *what, char **ret_text,
                    struct error *error) must_check;

/* true: node is exactly that text. NULL is none. */
bool yaml_is_text(const yaml_node_t *node, const char *text) must_check;

/* true and false as YAML 1.2 and Go write them; not given: false. false, ERROR_INPUT: something else. */
bool yaml_read_bool(struct yaml_file *file, const yaml_node_t *node, const char *key, bool *ret_value,
                    struct error *error) must_check;

/* For checks with a sentence of their own: sets ERROR_INPUT "path, line n: ...". Always returns false. */
bool yaml_error(const struct yaml_file *file, const yaml_node_t *node, struct error *error, const char *format, ...)
    printf_like(4, 5);

#endif

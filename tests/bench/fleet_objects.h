/* tests/bench/fleet_objects.h - the objects of a fleet, by number: what they are called and what they are made of. */
#ifndef CURFEW_TESTS_BENCH_FLEET_OBJECTS_H
#define CURFEW_TESTS_BENCH_FLEET_OBJECTS_H

#include "base/attributes.h"
#include "tests/bench/burst.h"
#include "tests/bench/fleet.h"

int fleet_objects_count(const struct fleet_size *size) must_check;

/* Number of the member that a watch of this kind speaks of; -1 = it is none. */
int fleet_objects_find(const struct fleet_size *size, enum fleet_kind kind, const cJSON *object) must_check;

/* Appends the path of all objects of a kind, in a namespace by its number; -1 = in the cluster. */
void fleet_objects_write_path(enum fleet_kind kind, int namespace_number, struct buffer *path);

/* Appends the path of a member. */
enum fleet_kind fleet_objects_write_member(const struct fleet_size *size, int number, struct buffer *path);

/* The requests that make them. */
void fleet_objects_add_namespaces(const struct fleet_size *size, struct burst *burst);
void fleet_objects_add(const struct fleet_size *size, struct burst *burst);

#endif

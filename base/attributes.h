/* base/attributes.h - the three macros of this program. */
#ifndef CURFEW_BASE_ATTRIBUTES_H
#define CURFEW_BASE_ATTRIBUTES_H

/* Ignoring the result is an error of compilation. */
#define must_check __attribute__((warn_unused_result))

/* The variable carries its own end: released_by(buffer_release) struct buffer body = { 0 }; */
#define released_by(function) __attribute__((cleanup(function)))

/* The compiler checks the arguments from number first on against the format in argument number text. */
#define printf_like(text, first) __attribute__((format(printf, text, first)))

#endif

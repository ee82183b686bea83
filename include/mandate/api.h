/* What marks the interface of the library: everything else is hidden in it. */
#ifndef MANDATE_API_H
#define MANDATE_API_H

/** Exported from libmandate. */
#define MANDATE_API __attribute__((visibility("default")))

#endif

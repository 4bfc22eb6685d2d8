// zlib (zlib1g-dev): histories arrive gzipped.
#include <zlib.h>

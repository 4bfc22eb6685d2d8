// hiredis: the RESP reader and the command formatter (libhiredis-dev).
#include <hiredis/hiredis.h>

// MariaDB Connector/C (libmariadb-dev), which speaks MySQL's protocol and can wait without blocking.
#include <mariadb/mysql.h>

// Exported, and declared in a header that includes others which are not installed. The mode is 0 for a
// read; the size of one that failed is negative.
extern int ma_pvio_register_callback(
  my_bool registers, void (*callback)(int, MYSQL *, const unsigned char *, size_t));

static inline void mariadb_watch(
  void (*callback)(int isWrite, MYSQL *session, const unsigned char *bytes, size_t count)) {
  ma_pvio_register_callback(1, callback);
}

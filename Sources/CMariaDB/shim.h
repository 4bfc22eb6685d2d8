// MariaDB Connector/C (libmariadb-dev), which speaks MySQL's protocol and can wait without blocking.
#include <mariadb/mysql.h>

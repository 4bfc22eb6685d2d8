# MySQL's clients for Python, which share one interface: PyMySQL, mysql-connector-python, mariadb.
import os

from tokens import done, same, token, value

try:
    import pymysql as library
except ImportError:
    try:
        import mysql.connector as library
    except ImportError:
        import mariadb as library

c = library.connect(
    host="127.0.0.1",
    port=int(os.environ["MYSQL_PORT"]),
    user=os.environ["MYSQL_USER"],
    password=os.environ["MYSQL_PASSWORD"],
    database=os.environ["MYSQL_DATABASE"],
)


def ask(sql, *values, cursor=None):
    cursor = cursor or c.cursor()
    cursor.execute(sql, values)
    rows = cursor.fetchall() if cursor.description else []
    return rows[0][0] if rows else None


mark = "%s" if library.__name__ != "mariadb" else "?"
for _ in range(20):
    word = token()
    same(ask(f"SELECT CONCAT({mark}, '')", word), word)
ask("CREATE TABLE t (n int AUTO_INCREMENT PRIMARY KEY, w text)")
for _ in range(3):
    word = value()
    ask(f"INSERT INTO t (w) VALUES ({mark})", word)
    same(ask("SELECT w FROM t ORDER BY n DESC LIMIT 1"), word)
c.commit()
ask(f"INSERT INTO t (w) VALUES ({mark})", "never")
c.rollback()
same(ask("SELECT COUNT(*) FROM t"), 3)
c.cursor().executemany(f"INSERT INTO t (w) VALUES ({mark})", [("x",)] * 1000)
c.commit()
same(ask("SELECT COUNT(*) FROM t"), 1003)
try:
    ask("SELECT broken")
    raise SystemExit("a broken statement was answered")
except library.Error:
    pass
big = "z" * 300_000
same(ask(f"SELECT LENGTH({mark})", big), len(big))
same(len(ask(f"SELECT REPEAT({mark}, 100000)", "yz")), 200_000)
options = {"prepared": True} if library.__name__ == "mysql.connector" else {}
for _ in range(5):
    # What a prepared statement is executed with travels in binary form.
    word = value()
    same(ask(f"SELECT CONCAT({mark}, '')", word, cursor=c.cursor(**options)), word)
c.ping()
word = token()
same(ask(f"SELECT CONCAT({mark}, '')", word), word)
c.close()
done()

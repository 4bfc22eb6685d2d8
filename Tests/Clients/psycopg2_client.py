# psycopg2: everything by the simple protocol; COPY, notifications, a cursor on the server, a cancelled
# statement; and what SQLAlchemy makes of it, where that is there.
import io
import os
import select
import sys
import threading

import psycopg2
import psycopg2.extensions
from tokens import done, same, token

name = os.environ["PGDATABASE"]
c = psycopg2.connect(f"dbname={name} application_name=p3 sslmode=prefer gssencmode=disable")
u = c.cursor()


def one(text, *parameters):
    u.execute(text, parameters)
    return u.fetchone()[0]


for _ in range(20):
    word = token()
    same(one("SELECT %s", word), word)
u.execute("CREATE TEMP TABLE t (n int, w text)")
c.commit()
word = token()
u.execute("INSERT INTO t VALUES (1, %s) RETURNING w", (word,))
same(u.fetchone()[0], word)
c.rollback()
rows = "".join(f"{n}\tw{n}\n" for n in range(5000))
u.copy_expert("COPY t FROM STDIN", io.StringIO(rows))
word = token()
same(one("SELECT count(*)::text || %s FROM t", word), "5000" + word)
out = io.StringIO()
u.copy_expert("COPY (SELECT * FROM t ORDER BY n) TO STDOUT", out)
same(out.getvalue(), rows)
try:
    u.copy_expert("COPY t FROM STDIN", io.StringIO("no number\n"))
    sys.exit("COPY took what is no number")
except psycopg2.DataError:
    c.rollback()
word = token()
same(one("SELECT %s", word), word)
with c.cursor("named") as named:
    named.itersize = 7
    named.execute("SELECT n FROM generate_series(1, 50) n")
    same([row[0] for row in named], list(range(1, 51)))
try:
    u.execute("SELECT 1/0")
except psycopg2.Error:
    c.rollback()
c.set_isolation_level(psycopg2.extensions.ISOLATION_LEVEL_AUTOCOMMIT)
u.execute("LISTEN news")
for _ in range(5):
    u.execute("NOTIFY news, 'x'")
select.select([c], [], [], 1)
c.poll()
same(len(c.notifies), 5)
timer = threading.Timer(0.2, c.cancel)
timer.start()
try:
    u.execute("SELECT pg_sleep(20)")
    sys.exit("a statement was not cancelled")
except psycopg2.extensions.QueryCanceledError:
    pass
word = token()
same(one("SELECT %s; SELECT %s || ''", "first", word), word)
c.close()

try:
    import sqlalchemy
except ImportError:
    done()
    sys.exit()

host, port = os.environ["PGHOST"], os.environ["PGPORT"]
engine = sqlalchemy.create_engine(
    f"postgresql+psycopg2://{os.environ['PGUSER']}:any@{host}:{port}/{name}", pool_size=3
)
for _ in range(10):
    word = token()
    with engine.begin() as connection:
        same(connection.execute(sqlalchemy.text("SELECT :w"), {"w": word}).scalar(), word)
with engine.connect() as connection:
    connection.execute(sqlalchemy.text("CREATE TEMP TABLE s (n int)"))
    connection.execute(
        sqlalchemy.text("INSERT INTO s VALUES (:n)"), [{"n": n} for n in range(100)]
    )
    word = token()
    count = sqlalchemy.text("SELECT count(*)::text || :w FROM s")
    same(connection.execute(count, {"w": word}).scalar(), "100" + word)
engine.dispose()
done()

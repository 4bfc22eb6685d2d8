# asyncpg: binary, prepared, with Flush between; cursors, COPY, listeners, statements cancelled by time.
import asyncio

import asyncpg
from tokens import done, same, token


async def main():
    pool = await asyncpg.create_pool(min_size=3, max_size=3, server_settings={"application_name": "p3"})

    async def some():
        for _ in range(20):
            word = token()
            same(await pool.fetchval("SELECT $1::text", word), word)

    await asyncio.gather(some(), some(), some())
    async with pool.acquire() as c:
        await c.execute("CREATE TEMP TABLE t (n int, w text)")
        async with c.transaction():
            word = token()
            same(await c.fetchval("INSERT INTO t VALUES ($1, $2) RETURNING w", 1, word), word)
        await c.executemany("INSERT INTO t VALUES ($1, $2)", [(n, f"w{n}") for n in range(100)])
        await c.copy_records_to_table("t", records=[(n, "x") for n in range(1000)], columns=["n", "w"])
        statement = await c.prepare("SELECT count(*)::text || $1 FROM t")
        word = token()
        same(await statement.fetchval(word), "1101" + word)
        async with c.transaction():
            same([row[0] async for row in c.cursor("SELECT generate_series(1, 120)")], list(range(1, 121)))
        heard = []
        await c.add_listener("news", lambda *event: heard.append(event[3]))
        for n in range(5):
            await c.execute(f"NOTIFY news, '{n}'")
        word = token()
        same(await c.fetchval("SELECT $1::text", word), word)
        same(heard, ["0", "1", "2", "3", "4"])
        await c.remove_listener("news", lambda *event: None)
        try:
            await c.fetchval("SELECT pg_sleep(20)", timeout=0.3)
            raise SystemExit("a statement was not cancelled")
        except asyncio.TimeoutError:
            pass
        word = token()
        same(await c.fetchval("SELECT $1::text", word), word)
    await pool.close()


asyncio.run(main())
done()

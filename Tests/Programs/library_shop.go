// The shop of library_shop.py by client libraries of Go that Debian packages: `library_shop LIBRARY`, one of redigo
// (DECRBY), pq and mysql (SELECT FOR UPDATE, UPDATE, by database/sql).

package main

import (
	"bufio"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/go-sql-driver/mysql"
	"github.com/gomodule/redigo/redis"
	_ "github.com/lib/pq"
)

type body struct {
	Type  string   `json:"type"`
	Msg   int      `json:"msg_id"`
	Items []string `json:"items"`
	Item  string   `json:"item"`
	Units int      `json:"units"`
}

var (
	library = os.Args[1]
	pool    = redis.Pool{MaxIdle: 1, Dial: func() (redis.Conn, error) { return redis.DialURL(os.Getenv("REDIS_URL")) }}
	base    *sql.DB
)

func open() (*sql.DB, error) {
	if library == "pq" {
		return sql.Open("postgres", os.Getenv("DATABASE_URL")+"?sslmode=disable")
	}
	settings := mysql.NewConfig()
	settings.Net, settings.Addr = "tcp", os.Getenv("MYSQL_HOST")+":"+os.Getenv("MYSQL_PORT")
	settings.User, settings.Passwd = os.Getenv("MYSQL_USER"), os.Getenv("MYSQL_PASSWORD")
	settings.DBName = os.Getenv("MYSQL_DATABASE")
	return sql.Open("mysql", settings.FormatDSN())
}

// A statement with the placeholders of the library.
func statement(text string) string {
	if library == "pq" {
		text = strings.Replace(strings.Replace(text, "?", "$1", 1), "?", "$2", 1)
	}
	return text
}

func inTransaction(item string, units int) (left int, err error) {
	transaction, err := base.Begin()
	if err != nil {
		return 0, err
	}
	defer transaction.Rollback()
	row := transaction.QueryRow(statement("SELECT units FROM stock WHERE name = ? FOR UPDATE"), item)
	if err = row.Scan(&left); err != nil {
		return 0, err
	}
	left -= units
	if left >= 0 {
		if _, err = transaction.Exec(statement("UPDATE stock SET units = ? WHERE name = ?"), left, item); err != nil {
			return 0, err
		}
	}
	return left, transaction.Commit()
}

func command(words ...any) (int, error) {
	connection := pool.Get()
	defer connection.Close()
	return redis.Int(connection.Do(words[0].(string), words[1:]...))
}

func take(item string, units int) (int, error) {
	if library == "redigo" {
		return command("DECRBY", item, units)
	}
	return inTransaction(item, units)
}

func answer(request body) (map[string]any, error) {
	reply := map[string]any{"type": request.Type + "_ok"}
	switch request.Type {
	case "open":
		if library != "redigo" {
			return map[string]any{"type": "error", "code": 10}, nil
		}
		for _, item := range request.Items {
			if _, err := command("INCRBY", item, request.Units); err != nil {
				return nil, err
			}
		}
	case "take":
		left, err := take(request.Item, request.Units)
		if err != nil {
			return nil, err
		}
		if left < 0 {
			return map[string]any{"type": "sold_out"}, nil
		}
		reply["left"] = left
	case "read", "remaining":
		if library != "redigo" {
			return map[string]any{"type": "error", "code": 10}, nil
		}
		left, err := command("GET", request.Item)
		reply["value"] = left
		return reply, err
	}
	return reply, nil
}

func main() {
	var err error
	if library != "redigo" {
		if base, err = open(); err != nil {
			panic(err)
		}
	}
	input := bufio.NewReader(os.Stdin)
	for {
		line, err := input.ReadBytes('\n')
		if err != nil {
			return
		}
		var message struct {
			Body body `json:"body"`
		}
		if err := json.Unmarshal(line, &message); err != nil {
			panic(err)
		}
		reply, err := answer(message.Body)
		if err != nil {
			reply = map[string]any{"type": "error", "code": 13, "text": err.Error()}
		}
		reply["in_reply_to"] = message.Body.Msg
		text, _ := json.Marshal(map[string]any{"src": "n", "dest": "soldout", "body": reply})
		fmt.Println(string(text))
	}
}

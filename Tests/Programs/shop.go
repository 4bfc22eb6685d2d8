// A shop in Go with nothing but its standard library, linked statically: it takes by GET and SET, or the same
// under a lock for which it naps 10 ms at a time.

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"time"
)

type body struct {
	Type  string   `json:"type"`
	Msg   int      `json:"msg_id"`
	Items []string `json:"items"`
	Item  string   `json:"item"`
	Units int      `json:"units"`
	Call  string   `json:"call"`
}

var (
	connection net.Conn
	reader     *bufio.Reader
)

// One command and its reply; nothing is sent twice.
func redis(words ...string) string {
	if connection == nil {
		var err error
		connection, err = net.Dial("tcp", net.JoinHostPort(os.Getenv("REDIS_HOST"), os.Getenv("REDIS_PORT")))
		if err != nil {
			panic(err)
		}
		reader = bufio.NewReader(connection)
		redis("AUTH", os.Getenv("REDIS_PASSWORD"))
	}
	text := fmt.Sprintf("*%d\r\n", len(words))
	for _, word := range words {
		text += fmt.Sprintf("$%d\r\n%s\r\n", len(word), word)
	}
	if _, err := io.WriteString(connection, text); err != nil {
		panic(err)
	}
	line, err := reader.ReadString('\n')
	if err != nil {
		panic(err)
	}
	head := line[1 : len(line)-2]
	switch {
	case line[0] == '-':
		panic(head)
	case line[0] == '$' && head == "-1":
		return ""
	case line[0] == '$':
		length, _ := strconv.Atoi(head)
		data := make([]byte, length+2)
		if _, err := io.ReadFull(reader, data); err != nil {
			panic(err)
		}
		return string(data[:length])
	}
	return head
}

func take(item string, units int) int {
	value, _ := strconv.Atoi(redis("GET", item))
	left := value - units
	if left >= 0 {
		redis("SET", item, strconv.Itoa(left))
	}
	return left
}

func locked(item string, units int, call string) int {
	for redis("SET", "lock:"+item, call, "NX") == "" {
		time.Sleep(10 * time.Millisecond)
	}
	defer redis("DEL", "lock:"+item)
	return take(item, units)
}

func answer(request body) (reply map[string]any) {
	defer func() {
		if reason := recover(); reason != nil {
			reply = map[string]any{"type": "error", "code": 13, "text": fmt.Sprint(reason)}
		}
	}()
	reply = map[string]any{"type": request.Type + "_ok"}
	switch request.Type {
	case "open":
		for _, item := range request.Items {
			redis("SET", item, strconv.Itoa(request.Units))
		}
	case "take":
		var left int
		if os.Args[1] == "nap" {
			left = locked(request.Item, request.Units, request.Call)
		} else {
			left = take(request.Item, request.Units)
		}
		if left < 0 {
			return map[string]any{"type": "sold_out"}
		}
		reply["left"] = left
	case "read", "remaining":
		reply["value"], _ = strconv.Atoi(redis("GET", request.Item))
	}
	return reply
}

func main() {
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
		reply := answer(message.Body)
		reply["in_reply_to"] = message.Body.Msg
		text, _ := json.Marshal(map[string]any{"src": "n", "dest": "soldout", "body": reply})
		fmt.Println(string(text))
	}
}

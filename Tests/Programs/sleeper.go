// Waits in the ways that Go has, for so many seconds: a line on standard input names one, and a line on standard
// output says how it ended and what it took by its own clock. It knows nothing of virtual time.

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"
)

var ours, theirs net.Conn

func connect() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer listener.Close()
	if ours, err = net.Dial("tcp", listener.Addr().String()); err != nil {
		panic(err)
	}
	if theirs, err = listener.Accept(); err != nil {
		panic(err)
	}
}

func wait(way string, length time.Duration) string {
	switch way {
	case "sleep":
		time.Sleep(length)
	case "after":
		select {
		case <-time.After(length):
		case <-make(chan int):
		}
	case "ticker":
		ticker := time.NewTicker(length / 2)
		defer ticker.Stop()
		<-ticker.C
		<-ticker.C
	case "context":
		limited, cancel := context.WithTimeout(context.Background(), length)
		defer cancel()
		<-limited.Done()
	case "read":
		ours.SetReadDeadline(time.Now().Add(length))
		if _, err := ours.Read(make([]byte, 1)); err == nil {
			return "came"
		} else if !errors.Is(err, os.ErrDeadlineExceeded) {
			return err.Error()
		}
	case "three":
		done := make(chan bool)
		for range [3]int{} {
			go func() { time.Sleep(length); done <- true }()
		}
		for range [3]int{} {
			<-done
		}
	default:
		return "unknown"
	}
	return "over"
}

func main() {
	connect()
	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
		var command, way string
		var seconds float64
		fmt.Sscan(input.Text(), &command, &way, &seconds)
		if command == "give" {
			theirs.Write([]byte{1})
			continue
		}
		go func() {
			start := time.Now()
			end := wait(way, time.Duration(seconds*float64(time.Second)))
			fmt.Printf("%s %.6f\n", end, time.Since(start).Seconds())
		}()
	}
}

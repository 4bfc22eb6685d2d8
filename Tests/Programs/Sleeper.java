// Waits as Java programs do, on demand, like sleeper.py. It knows nothing of virtual time.

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.Selector;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

public class Sleeper {
  static boolean await(String way, long seconds) throws Exception {
    switch (way) {
      case "sleep":
        Thread.sleep(seconds * 1000);
        return false;
      case "queue":
        return new LinkedBlockingQueue<String>().poll(seconds, TimeUnit.SECONDS) != null;
      case "object":
        Object monitor = new Object();
        synchronized (monitor) {
          monitor.wait(seconds * 1000);
        }
        return false;
      case "latch":
        return new CountDownLatch(1).await(seconds, TimeUnit.SECONDS);
      case "park":
        LockSupport.parkNanos(seconds * 1_000_000_000);
        return false;
      case "future":
        try {
          return new CompletableFuture<String>().get(seconds, TimeUnit.SECONDS) != null;
        } catch (TimeoutException error) {
          return false;
        }
      case "socket":
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            Socket socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
          socket.setSoTimeout((int) (seconds * 1000));
          return socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException error) {
          return false;
        }
      case "selector":
        try (Selector selector = Selector.open()) {
          return selector.select(seconds * 1000) > 0;
        }
      default:
        throw new IllegalArgumentException(way);
    }
  }

  /// A shop's work beside its waits: allocation, so that memory is collected, and contended locks.
  static void work() throws Exception {
    Object monitor = new Object();
    long[] total = new long[1];
    Thread[] threads = new Thread[4];
    for (int i = 0; i < threads.length; i++) {
      threads[i] = new Thread(() -> {
        for (int turn = 0; turn < 20000; turn++) {
          byte[] some = new byte[2000];
          synchronized (monitor) {
            total[0] += some.length;
          }
        }
      });
      threads[i].start();
    }
    for (Thread thread : threads) thread.join();
    System.gc();
    if (total[0] != 160_000_000) throw new IllegalStateException();
  }

  public static void main(String[] arguments) throws Exception {
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
    for (String line; (line = input.readLine()) != null; ) {
      String[] words = line.split(" ");
      long start = System.nanoTime();
      String result;
      if (words[0].equals("work")) {
        work();
        result = "worked";
      } else {
        result = await(words[1], Long.parseLong(words[2])) ? "came" : "over";
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.println(result + " " + seconds + " " + System.currentTimeMillis());
    }
  }
}

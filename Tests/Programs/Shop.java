// A shop in Java with nothing but the JDK: it takes by GET and SET, or the same under a lock for which it naps
// 10 ms at a time.

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

public class Shop {
  private static Socket socket;
  private static BufferedReader replies;

  /** One command and its reply; null: there is no such value. All that is sent and read is ASCII. */
  private static String redis(Object... words) throws IOException {
    if (socket == null) {
      socket = new Socket(System.getenv("REDIS_HOST"), Integer.parseInt(System.getenv("REDIS_PORT")));
      socket.setTcpNoDelay(true);
      replies = new BufferedReader(new InputStreamReader(socket.getInputStream()));
      redis("AUTH", System.getenv("REDIS_PASSWORD"));
    }
    StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
    for (Object word : words) text.append("$" + word.toString().length() + "\r\n" + word + "\r\n");
    socket.getOutputStream().write(text.toString().getBytes());
    String line = replies.readLine();
    if (line == null) throw new EOFException();
    if (line.startsWith("-")) throw new IOException(line);
    if (line.equals("$-1")) return null;
    return line.startsWith("$") ? replies.readLine() : line.substring(1);
  }

  private static int take(String item, int units) throws IOException {
    int left = Integer.parseInt(redis("GET", item)) - units;
    if (left >= 0) redis("SET", item, left);
    return left;
  }

  private static int locked(String item, int units, String call) throws Exception {
    while (redis("SET", "lock:" + item, call, "NX") == null) Thread.sleep(10);
    int left = take(item, units);
    redis("DEL", "lock:" + item);
    return left;
  }

  private static String text(String line, String key) {
    Matcher matcher = Pattern.compile("\"" + key + "\" *: *\\[?\"?([^\",}\\]]+)").matcher(line);
    return matcher.find() ? matcher.group(1) : null;
  }

  /** The fields of the answer. */
  private static String answer(String line, String way) throws Exception {
    String type = text(line, "type");
    switch (type) {
      case "open":
        redis("SET", text(line, "items"), text(line, "units"));
        break;
      case "take":
        String item = text(line, "item");
        int units = Integer.parseInt(text(line, "units"));
        int left = way.equals("nap") ? locked(item, units, text(line, "call")) : take(item, units);
        return left < 0 ? "\"type\":\"sold_out\"" : "\"type\":\"take_ok\",\"left\":" + left;
      case "read":
      case "remaining":
        return "\"type\":\"" + type + "_ok\",\"value\":" + redis("GET", text(line, "item"));
    }
    return "\"type\":\"" + type + "_ok\"";
  }

  public static void main(String[] arguments) throws IOException {
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
    for (String line; (line = input.readLine()) != null; ) {
      String reply;
      try {
        reply = answer(line, arguments[0]);
      } catch (Exception error) {
        reply = "\"type\":\"error\",\"code\":13,\"text\":\"" + error.getClass() + "\"";
      }
      String number = text(line, "msg_id");
      System.out.println(
          "{\"src\":\"n\",\"dest\":\"soldout\",\"body\":{" + reply + ",\"in_reply_to\":" + number + "}}");
    }
  }
}

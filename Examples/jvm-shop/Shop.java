// A typical shop on the JVM, with only the JDK and one JDBC driver: SELECT … FOR UPDATE,
// subtract in Java, UPDATE, COMMIT. /racy/ leaves out FOR UPDATE. `java Shop.java` compiles and starts it.

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executors;

public class Shop {
  private static final ConcurrentLinkedDeque<Connection> pool = new ConcurrentLinkedDeque<>();

  public static void main(String[] arguments) throws IOException {
    int port = Integer.parseInt(System.getenv("PORT"));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.setExecutor(Executors.newFixedThreadPool(16));
    server.createContext("/health", exchange -> answer(exchange, () -> transaction(c -> "{}")));
    server.createContext("/items/", exchange -> answer(exchange, () -> serve(exchange, " FOR UPDATE")));
    server.createContext("/racy/", exchange -> answer(exchange, () -> serve(exchange, "")));
    server.start();
  }

  /** `GET /items/ITEM` reads, `POST /items/ITEM` takes one. */
  private static String serve(HttpExchange exchange, String locking) throws SQLException {
    String[] path = exchange.getRequestURI().getPath().split("/");
    return exchange.getRequestMethod().equals("GET") ? read(path[2]) : take(path[2], locking);
  }

  private static String read(String item) throws SQLException {
    return transaction(connection -> "{\"left\": " + units(connection, item, "") + "}");
  }

  private static String take(String item, String locking) throws SQLException {
    return transaction(
        connection -> {
          int left = units(connection, item, locking) - 1;
          if (left < 0) return null;
          try (var update = connection.prepareStatement("UPDATE stock SET units = ? WHERE id = ?")) {
            update.setInt(1, left);
            update.setString(2, item);
            update.executeUpdate();
          }
          return "{\"left\": " + left + "}";
        });
  }

  private static int units(Connection connection, String item, String locking) throws SQLException {
    try (var select =
        connection.prepareStatement("SELECT units FROM stock WHERE id = ?" + locking)) {
      select.setString(1, item);
      try (var rows = select.executeQuery()) {
        return rows.next() ? rows.getInt(1) : 0;
      }
    }
  }

  private interface Work {
    String in(Connection connection) throws SQLException;
  }

  /** A connection that broke is closed, and never given to anybody else. */
  private static String transaction(Work work) throws SQLException {
    Connection connection = pool.poll();
    if (connection == null) {
      connection =
          DriverManager.getConnection(
              System.getenv("SPRING_DATASOURCE_URL"),
              System.getenv("SPRING_DATASOURCE_USERNAME"),
              System.getenv("SPRING_DATASOURCE_PASSWORD"));
      connection.setAutoCommit(false);
    }
    try {
      String answer = work.in(connection);
      connection.commit();
      pool.push(connection);
      return answer;
    } catch (SQLException error) {
      try {
        connection.close();
      } catch (SQLException ignored) {
        // It is broken already.
      }
      throw error;
    }
  }

  private interface Request {
    String answer() throws SQLException;
  }

  private static void answer(HttpExchange exchange, Request request) throws IOException {
    String body;
    int status = 200;
    try {
      body = request.answer();
      if (body == null) {
        body = "{\"code\": \"SOLD_OUT\"}";
        status = 409;
      }
    } catch (SQLException error) {
      body = error.toString();
      status = 500;
    }
    exchange.getRequestBody().readAllBytes();
    exchange.sendResponseHeaders(status, body.getBytes().length);
    exchange.getResponseBody().write(body.getBytes());
    exchange.close();
  }
}

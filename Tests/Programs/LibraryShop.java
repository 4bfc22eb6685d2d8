// The shop of library_shop.py by JDBC, whose driver DATABASE's address chooses: SELECT FOR UPDATE, UPDATE, commit.

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

public class LibraryShop {
  private static Connection connection;

  private static int take(String item, int units) throws SQLException {
    if (connection == null) {
      connection =
          DriverManager.getConnection(
              System.getenv("SPRING_DATASOURCE_URL"),
              System.getenv("SPRING_DATASOURCE_USERNAME"),
              System.getenv("SPRING_DATASOURCE_PASSWORD"));
      connection.setAutoCommit(false);
    }
    int left;
    try (var select =
        connection.prepareStatement("SELECT units FROM stock WHERE name = ? FOR UPDATE")) {
      select.setString(1, item);
      var rows = select.executeQuery();
      rows.next();
      left = rows.getInt(1) - units;
    }
    if (left >= 0) {
      try (var update =
          connection.prepareStatement("UPDATE stock SET units = ? WHERE name = ?")) {
        update.setInt(1, left);
        update.setString(2, item);
        update.executeUpdate();
      }
    }
    connection.commit();
    return left;
  }

  private static String text(String line, String key) {
    Matcher matcher = Pattern.compile("\"" + key + "\" *: *\\[?\"?([^\",}\\]]+)").matcher(line);
    return matcher.find() ? matcher.group(1) : null;
  }

  /** The fields of the answer. */
  private static String answer(String line) throws SQLException {
    switch (text(line, "type")) {
      case "init":
        return "\"type\":\"init_ok\"";
      case "take":
        int left = take(text(line, "item"), Integer.parseInt(text(line, "units")));
        return left < 0 ? "\"type\":\"sold_out\"" : "\"type\":\"take_ok\",\"left\":" + left;
      default:
        return "\"type\":\"error\",\"code\":10";
    }
  }

  public static void main(String[] arguments) throws IOException {
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
    for (String line; (line = input.readLine()) != null; ) {
      String reply;
      try {
        reply = answer(line);
      } catch (SQLException error) {
        reply = "\"type\":\"error\",\"code\":13,\"text\":\"" + error.getSQLState() + "\"";
      }
      String number = text(line, "msg_id");
      System.out.println(
          "{\"src\":\"n\",\"dest\":\"soldout\",\"body\":{" + reply + ",\"in_reply_to\":" + number + "}}");
    }
  }
}

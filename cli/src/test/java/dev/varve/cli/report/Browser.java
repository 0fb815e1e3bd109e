package dev.varve.cli.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Chromium without a window, driven by chromedriver.
 *
 * @see <a href="https://www.w3.org/TR/webdriver2/">WebDriver</a>
 */
final class Browser implements Closeable {
  /** The key Tab. */
  static final String TAB = "\uE004";

  /** The key End. */
  static final String END = "\uE010";

  /** The key Home. */
  static final String HOME = "\uE011";

  /** The key Arrow Right. */
  static final String RIGHT = "\uE014";

  /** The key Arrow Down. */
  static final String DOWN = "\uE015";

  private static final Pattern STARTED = Pattern.compile("started successfully on port (\\d+)");
  private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
  private static final String AXE = "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js";

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process driver;
  private final URI server;
  private final String session;

  private Browser(Process driver, URI server, String session) {
    this.driver = driver;
    this.server = server;
    this.session = session;
  }

  /** Starts a browser, whose profile is in a new directory below {@code scratch}. */
  static Browser start(Path scratch) throws IOException {
    Process driver =
        new ProcessBuilder("chromedriver", "--port=0").redirectErrorStream(true).start();
    try {
      URI server = URI.create("http://localhost:" + port(driver) + "/");
      Path profile = Files.createTempDirectory(scratch, "profile");
      JsonObject options =
          JsonObject.EMPTY.with(
              "args",
              List.of(
                  "--headless=new",
                  "--no-sandbox",
                  "--disable-gpu",
                  "--disable-dev-shm-usage",
                  "--hide-scrollbars",
                  "--user-data-dir=" + profile));
      JsonObject capabilities =
          JsonObject.EMPTY.with(
              "alwaysMatch",
              JsonObject.EMPTY
                  .with("browserName", "chrome")
                  .with("goog:chromeOptions", options)
                  .with("goog:loggingPrefs", Map.of("browser", "ALL")));
      JsonObject made =
          new Browser(driver, server, "")
              .post("session", JsonObject.EMPTY.with("capabilities", capabilities));
      return new Browser(driver, server, made.object("value").string("sessionId"));
    } catch (IOException | RuntimeException e) {
      driver.destroy();
      throw e;
    }
  }

  private static String port(Process driver) throws IOException {
    BufferedReader lines = driver.inputReader(UTF_8);
    List<String> read = new ArrayList<>();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      read.add(line);
      Matcher started = STARTED.matcher(line);
      if (started.find()) {
        return started.group(1);
      }
    }
    throw new IOException("starting chromedriver: expected a port, got " + read);
  }

  private JsonObject post(String path, JsonObject body) throws IOException {
    return send(
        HttpRequest.newBuilder(server.resolve(path))
            .POST(BodyPublishers.ofByteArray(body.toBytes()))
            .build());
  }

  private JsonObject send(HttpRequest request) throws IOException {
    try {
      HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
      assertThat(response.statusCode())
          .as(request.uri() + ": " + new String(response.body(), UTF_8))
          .isEqualTo(200);
      return JsonObject.parse(response.body(), "chromedriver's answer");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private JsonObject command(String name, JsonObject body) throws IOException {
    return post("session/" + session + "/" + name, body);
  }

  /** Sends a command of the DevTools protocol. */
  private void devTools(String name, JsonObject parameters) throws IOException {
    command("goog/cdp/execute", JsonObject.EMPTY.with("cmd", name).with("params", parameters));
  }

  /** Opens a file. */
  void open(Path page) throws IOException {
    command("url", JsonObject.EMPTY.with("url", page.toUri().toString()));
  }

  /** Sets the color scheme and the width of the window, and draws the page anew. */
  void show(String colorScheme, int width) throws IOException {
    devTools(
        "Emulation.setEmulatedMedia",
        JsonObject.EMPTY.with(
            "features",
            List.of(
                JsonObject.EMPTY.with("name", "prefers-color-scheme").with("value", colorScheme))));
    devTools(
        "Emulation.setDeviceMetricsOverride",
        JsonObject.EMPTY
            .with("width", width)
            .with("height", 900)
            .with("deviceScaleFactor", 1)
            .with("mobile", width < 500));
  }

  /** Runs the body of a function, and returns the string that it returns. */
  String run(String script) throws IOException {
    return command("execute/sync", JsonObject.EMPTY.with("script", script).with("args", List.of()))
        .string("value");
  }

  /** Returns the text of the first element that a selector finds. */
  String text(String selector) throws IOException {
    return run("return document.querySelector(" + quoted(selector) + ").textContent");
  }

  /** Returns the texts of all elements that a selector finds. */
  List<String> texts(String selector) throws IOException {
    return list(
        "Array.from(document.querySelectorAll(" + quoted(selector) + "), (e) => e.textContent)");
  }

  /** Returns an expression's value, an array of strings. */
  List<String> list(String expression) throws IOException {
    String json = run("return JSON.stringify({list: " + expression + "})");
    return JsonObject.parse(json.getBytes(UTF_8), "the list").strings("list");
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private String element(String selector) throws IOException {
    return command(
            "element", JsonObject.EMPTY.with("using", "css selector").with("value", selector))
        .object("value")
        .string(ELEMENT);
  }

  /** Clicks on an element. */
  void click(String selector) throws IOException {
    command("element/" + element(selector) + "/click", JsonObject.EMPTY);
  }

  /** Moves the pointer over an element. */
  void point(String selector) throws IOException {
    JsonObject move =
        JsonObject.EMPTY
            .with("type", "pointerMove")
            .with("x", 0)
            .with("y", 0)
            .with("origin", Map.of(ELEMENT, element(selector)));
    actions(
        JsonObject.EMPTY
            .with("type", "pointer")
            .with("id", "mouse")
            .with("actions", List.of(move)));
  }

  /** Replaces the text in a field. */
  void type(String selector, String text) throws IOException {
    String field = "element/" + element(selector);
    command(field + "/clear", JsonObject.EMPTY);
    command(field + "/value", JsonObject.EMPTY.with("text", text));
  }

  /** Presses keys one after another. */
  void press(String... keys) throws IOException {
    List<JsonObject> strokes = new ArrayList<>();
    for (String key : keys) {
      strokes.add(JsonObject.EMPTY.with("type", "keyDown").with("value", key));
      strokes.add(JsonObject.EMPTY.with("type", "keyUp").with("value", key));
    }
    actions(JsonObject.EMPTY.with("type", "key").with("id", "keyboard").with("actions", strokes));
  }

  private void actions(JsonObject source) throws IOException {
    command("actions", JsonObject.EMPTY.with("actions", List.of(source)));
  }

  /** Returns the errors in the console of the page, such as what its policy forbids; clears it. */
  List<String> errors() throws IOException {
    List<String> messages = new ArrayList<>();
    for (JsonObject entry :
        command("se/log", JsonObject.EMPTY.with("type", "browser")).objects("value")) {
      if (entry.string("level").equals("SEVERE")) {
        messages.add(entry.string("message"));
      }
    }
    return messages;
  }

  /** Returns what axe finds of at least serious impact: the rule, and where. */
  List<String> seriousFindings() throws IOException {
    try (InputStream axe = Objects.requireNonNull(Browser.class.getResourceAsStream(AXE))) {
      String source = new String(axe.readAllBytes(), UTF_8);
      run("if (!window.axe) {" + source + "} return ''");
    }
    String found =
        command(
                "execute/async",
                JsonObject.EMPTY
                    .with(
                        "script",
                        "const done = arguments[arguments.length - 1];"
                            + "axe.run(document, {preload: false}).then((result) => done(JSON.stringify({list:"
                            + "result.violations.filter((each) => each.impact === 'serious' || each.impact === 'critical')"
                            + ".flatMap((each) => each.nodes.map((node) => each.id + ' ' + node.target.join(' ') + ': ' + node.failureSummary))"
                            + ", passed: result.passes.length})), (failure) => done(failure.stack))")
                    .with("args", List.of()))
            .string("value");
    JsonObject result = JsonObject.parse(found.getBytes(UTF_8), "axe's result");
    assertThat(result.number("passed")).isGreaterThan(20);
    return result.strings("list");
  }

  /** Writes a picture of the whole page. */
  void picture(Path file) throws IOException {
    JsonObject taken =
        command(
            "goog/cdp/execute",
            JsonObject.EMPTY
                .with("cmd", "Page.captureScreenshot")
                .with("params", JsonObject.EMPTY.with("captureBeyondViewport", true)));
    Files.write(file, Base64.getDecoder().decode(taken.object("value").string("data")));
  }

  @Override
  public void close() throws IOException {
    try {
      send(HttpRequest.newBuilder(server.resolve("session/" + session)).DELETE().build());
    } finally {
      driver.destroy();
      try {
        driver.waitFor(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

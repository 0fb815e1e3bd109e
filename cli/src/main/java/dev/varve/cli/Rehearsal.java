package dev.varve.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.varve.core.bytes.Scratch;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.Platform;
import dev.varve.core.layout.OciLayout;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Does once, between a scratch directory and a registry in memory, what commands do most: the
 * launcher has Java archive the classes that this needed, to have them at once from then on.
 */
final class Rehearsal {
  private static final Platform PLATFORM = Platform.parse("linux/amd64");

  private final Map<String, byte[]> stored = new ConcurrentHashMap<>();

  private Rehearsal() {}

  public static void main(String[] args) throws IOException {
    System.exit(run(Console.ofProcess()));
  }

  /** Rehearses, and returns the exit code of the first command that failed, or 0. */
  static int run(Console console) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", new Rehearsal()::answer);
    server.start();
    try (Scratch scratch = new Scratch(Path.of(System.getProperty("java.io.tmpdir")))) {
      Path directory = scratch.directory("rehearsal");
      String layout = "oci:" + directory.resolve("made") + ":";
      String repository = "127.0.0.1:" + server.getAddress().getPort() + "/rehearsal";
      List<List<String>> commands =
          List.of(
              List.of("copy", "-q", layout + "v1", "docker://" + repository + ":v1"),
              List.of("copy", "-q", layout + "v2", "docker://" + repository + ":v2"),
              List.of("copy", "-q", "docker://" + repository + ":v2", "oci:" + directory + "/read"),
              List.of("tags", repository),
              List.of("--help"));
      write(directory.resolve("made"), "v1", "a");
      write(directory.resolve("made"), "v2", "a", "b");
      for (List<String> command : commands) {
        int code = Main.run(console, command.toArray(String[]::new));
        if (code != 0) {
          return code;
        }
      }
      return 0;
    } finally {
      server.stop(0);
    }
  }

  private static void write(Path layout, String tag, String... layers) throws IOException {
    try (ImageSink sink = OciLayout.create(layout, tag, tag)) {
      Descriptor config =
          sink.write(MediaTypes.OCI_CONFIG, ImageConfig.forPlatform(PLATFORM).toBytes());
      List<Descriptor> blobs = new ArrayList<>();
      for (String layer : layers) {
        blobs.add(sink.write(MediaTypes.OCI_LAYER, layer.repeat(1 << 16).getBytes(UTF_8)));
      }
      sink.commit(new Manifest(config, blobs, Map.of()), PLATFORM, List.of());
    }
  }

  /** Keeps what is put, by its path, and gives it back; uploads end where their digest is said. */
  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      byte[] body = exchange.getRequestBody().readAllBytes();
      switch (exchange.getRequestMethod()) {
        case "POST" -> {
          exchange.getResponseHeaders().set("Location", path + "1");
          exchange.sendResponseHeaders(202, -1);
        }
        case "PUT" -> {
          String query = exchange.getRequestURI().getQuery();
          String blob = query == null ? path : path.replaceFirst("uploads/1$", digest(query));
          stored.put(blob, body);
          exchange.sendResponseHeaders(201, -1);
        }
        default -> give(exchange, path);
      }
    }
  }

  private static String digest(String query) {
    return query.substring(query.indexOf("digest=") + "digest=".length());
  }

  private void give(HttpExchange exchange, String path) throws IOException {
    byte[] found =
        path.endsWith("/tags/list") ? "{\"tags\":[\"v1\"]}".getBytes(UTF_8) : stored.get(path);
    if (found == null) {
      exchange.sendResponseHeaders(404, -1);
    } else if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(found.length));
      exchange.sendResponseHeaders(200, -1);
    } else {
      exchange.sendResponseHeaders(200, found.length);
      exchange.getResponseBody().write(found);
    }
  }
}

package dev.varve.registry.fake;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.varve.core.image.Digest;
import dev.varve.core.json.JsonObject;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A transparency log with the part of Rekor's API that signing uses, on a free port of 127.0.0.1.
 * It signs its entries with its own key and Java's cryptography, and refuses an existing entry as a
 * conflict.
 */
public final class FakeTransparencyLog implements Closeable {
  private static final String ENTRIES = "/api/v1/log/entries";

  private final HttpServer server;
  private final KeyPair key;
  private final Map<String, JsonObject> entries = new LinkedHashMap<>();
  private final List<String> requests = new ArrayList<>();
  private int failing;

  private FakeTransparencyLog(HttpServer server, KeyPair key) {
    this.server = server;
    this.key = key;
  }

  /** Starts a log without entries. */
  public static FakeTransparencyLog start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    FakeTransparencyLog log = new FakeTransparencyLog(server, newKey());
    server.createContext(ENTRIES, log::respond);
    server.start();
    return log;
  }

  private static KeyPair newKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the log's URL. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Returns the log's public key in PEM. */
  public String publicKey() {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getPublic().getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  /** Returns the methods and paths of the requests, in the order in which they arrived. */
  public synchronized List<String> requests() {
    return List.copyOf(requests);
  }

  /** Returns the number of entries. */
  public synchronized int size() {
    return entries.size();
  }

  /** Responds to the next requests with 503. */
  public synchronized void failNext(int times) {
    failing = times;
  }

  private synchronized void respond(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    requests.add(exchange.getRequestMethod() + " " + path);
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (failing > 0) {
      failing--;
      send(exchange, 503, "{\"code\":503,\"message\":\"busy\"}");
    } else if (exchange.getRequestMethod().equals("GET")) {
      JsonObject entry = entries.get(path.substring(ENTRIES.length() + 1));
      send(exchange, entry == null ? 404 : 200, entry == null ? "{}" : entry.toString());
    } else if (!JsonObject.parse(body, "request").string("kind").equals("hashedrekord")) {
      send(exchange, 400, "{\"code\":400,\"message\":\"unknown kind\"}");
    } else {
      enter(exchange, body);
    }
  }

  private void enter(HttpExchange exchange, byte[] body) throws IOException {
    String id = Digest.of(body).hex();
    exchange.getResponseHeaders().add("Location", ENTRIES + "/" + id);
    if (entries.containsKey(id)) {
      send(exchange, 409, "{\"code\":409,\"message\":\"an equivalent entry already exists\"}");
      return;
    }
    JsonObject entry = JsonObject.EMPTY.with(id, entry(body));
    entries.put(id, entry);
    send(exchange, 201, entry.toString());
  }

  private JsonObject entry(byte[] body) {
    String logId = Digest.of(key.getPublic().getEncoded()).hex();
    JsonObject signed =
        JsonObject.EMPTY
            .with("body", Base64.getEncoder().encodeToString(body))
            .with("integratedTime", 1_760_000_000 + entries.size())
            .with("logID", logId)
            .with("logIndex", entries.size());
    String timestamp = Base64.getEncoder().encodeToString(sign(signed.toBytes()));
    return signed.with("verification", JsonObject.EMPTY.with("signedEntryTimestamp", timestamp));
  }

  private byte[] sign(byte[] bytes) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(key.getPrivate());
      signature.update(bytes);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void send(HttpExchange exchange, int status, String json) throws IOException {
    byte[] bytes = json.getBytes(UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /** Stops the log's server. */
  @Override
  public void close() {
    server.stop(0);
  }
}

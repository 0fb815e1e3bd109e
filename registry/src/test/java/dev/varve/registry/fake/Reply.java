package dev.varve.registry.fake;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a request is answered with.
 *
 * @param status the status code
 * @param headers all but Content-Length and Connection
 * @param content the body; a HEAD gets its length alone
 * @param ending how much of it is sent, and what comes then
 */
record Reply(int status, Map<String, String> headers, Content content, Ending ending) {
  /** A body. */
  interface Content {
    Content NONE = of(new byte[0]);

    long length();

    InputStream open() throws IOException;

    static Content of(byte[] bytes) {
      return new Content() {
        @Override
        public long length() {
          return bytes.length;
        }

        @Override
        public InputStream open() {
          return new ByteArrayInputStream(bytes);
        }
      };
    }

    /** The part of a file that begins at {@code offset}. */
    static Content of(Path file, long offset, long length) {
      return new Content() {
        @Override
        public long length() {
          return length;
        }

        @Override
        public InputStream open() throws IOException {
          SeekableByteChannel channel = Files.newByteChannel(file);
          channel.position(offset);
          return Channels.newInputStream(channel);
        }
      };
    }
  }

  /**
   * How a reply ends.
   *
   * @param bytes the bytes of the content that are sent at most; with -1 not even the headers are
   * @param act what is done then
   */
  record Ending(long bytes, Act act) {
    static final Ending REGULAR = new Ending(Long.MAX_VALUE, () -> {});
  }

  /** What is done when the reply was sent. */
  interface Act {
    void run() throws IOException;
  }

  static Reply of(int status) {
    return new Reply(status, Map.of(), Content.NONE, Ending.REGULAR);
  }

  /** An error as the specification wants it. */
  static Reply error(int status, String code, String message) {
    JsonObject error = JsonObject.EMPTY.with("code", code).with("message", message);
    return of(status).json("application/json", JsonObject.EMPTY.with("errors", List.of(error)));
  }

  Reply header(String name, String value) {
    Map<String, String> changed = new LinkedHashMap<>(without(name).headers);
    changed.put(name, value);
    return new Reply(status, changed, content, ending);
  }

  Reply without(String header) {
    Map<String, String> changed = new LinkedHashMap<>(headers);
    changed.keySet().removeIf(header::equalsIgnoreCase);
    return new Reply(status, changed, content, ending);
  }

  Reply json(String type, JsonObject json) {
    return content(type, Content.of(json.toBytes()));
  }

  Reply text(String text) {
    return content("text/plain; charset=utf-8", Content.of(text.getBytes(UTF_8)));
  }

  Reply content(String type, Content replacement) {
    return header("Content-Type", type).content(replacement);
  }

  Reply content(Content replacement) {
    return new Reply(status, headers, replacement, ending);
  }

  Reply ending(Ending replacement) {
    return new Reply(status, headers, content, replacement);
  }
}

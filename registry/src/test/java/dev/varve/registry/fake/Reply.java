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
 * A response to a request.
 *
 * @param status the status code
 * @param headers the headers without Content-Length and Connection
 * @param content the body; a response to HEAD has its length only
 * @param ending how much of the content is sent, and the action after it
 */
record Reply(int status, Map<String, String> headers, Content content, Ending ending) {
  /** A body, which can be read several times. */
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

    /** Returns the part of a file that begins at {@code offset}. */
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
   * The end of a reply.
   *
   * @param bytes the largest number of bytes of the content to send; -1 sends no headers either
   * @param act the action after the last byte
   */
  record Ending(long bytes, Act act) {
    static final Ending REGULAR = new Ending(Long.MAX_VALUE, () -> {});
  }

  /** An action after the last byte of a reply. */
  interface Act {
    void run() throws IOException;
  }

  static Reply of(int status) {
    return new Reply(status, Map.of(), Content.NONE, Ending.REGULAR);
  }

  /** Returns an error in the specification's format. */
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

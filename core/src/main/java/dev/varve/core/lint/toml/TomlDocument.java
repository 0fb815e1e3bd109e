package dev.varve.core.lint.toml;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import com.fasterxml.jackson.dataformat.toml.TomlReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads documents in TOML 1.0. */
public final class TomlDocument {
  private static final TomlMapper MAPPER =
      TomlMapper.builder().enable(TomlReadFeature.PARSE_JAVA_TIME).build();

  private TomlDocument() {}

  /**
   * Returns the keys of a document in their order, each with a string, number, boolean, date, list
   * or map.
   *
   * @throws IOException if the bytes are not TOML in UTF-8; the message has the place
   */
  public static Map<String, Object> parse(byte[] bytes) throws IOException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("not UTF-8", e);
    }
    try {
      return MAPPER.readValue(text, new TypeReference<LinkedHashMap<String, Object>>() {});
    } catch (JsonProcessingException e) {
      JsonLocation place = e.getLocation();
      throw new IOException(
          place == null
              ? "not TOML"
              : "not TOML: line " + place.getLineNr() + ", column " + place.getColumnNr(),
          e);
    }
  }
}

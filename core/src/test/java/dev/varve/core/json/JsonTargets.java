package dev.varve.core.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.bytes.LosslessUtf8;
import dev.varve.core.fuzz.FuzzTarget;
import dev.varve.core.fuzz.FuzzTargets;
import java.io.IOException;
import java.util.List;

/** The parser of JSON, and the readers of fields. */
public final class JsonTargets implements FuzzTargets {
  /** Reads a field with one of the readers. */
  private interface Field {
    Object read(JsonObject object, String name) throws MalformedJsonException;
  }

  private static final List<Field> READERS =
      List.of(
          JsonObject::has,
          JsonObject::flag,
          JsonObject::string,
          JsonObject::optionalString,
          JsonObject::number,
          JsonObject::object,
          JsonObject::objects,
          JsonObject::strings,
          JsonObject::stringLists,
          JsonObject::numbers,
          JsonObject::stringMap);

  @Override
  public List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.ofText(
            "json",
            JsonTargets::read,
            "{\"a\":\"b\\u00e9\\ud83d\\ude00\",\"c\":[1,-2.5e3,true,null],\"d\":{\"e\":[[\"f\"]]}}",
            " { } "),
        FuzzTarget.ofText("json-array", JsonTargets::readArray, "[{\"a\":1},{}]"));
  }

  private static void read(byte[] document) throws IOException {
    JsonObject json = JsonObject.parse(document, "it");
    byte[] written = json.toBytes();
    JsonObject again = JsonObject.parse(written, "it");
    assertThat(again.toBytes()).isEqualTo(written);
    assertThat(JsonObject.parse(LosslessUtf8.encode(json.toPrettyString()), "it").names())
        .hasSameSizeAs(json.names());
    for (String name : json.names()) {
      for (Field reader : READERS) {
        try {
          reader.read(json, name);
        } catch (MalformedJsonException e) {
          // The field has another type.
        }
      }
    }
  }

  private static void readArray(byte[] document) throws IOException {
    for (JsonObject each : JsonObject.parseArray(document, "it")) {
      assertThat(JsonObject.parse(each.toBytes(), "it").names()).isEqualTo(each.names());
    }
  }
}

package dev.varve.core.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.FormattingStyle;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.varve.core.bytes.LosslessUtf8;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An immutable JSON object. Readers name a field and the expected type; a field that is absent or
 * null is empty for an {@code Optional} reader and an error for the others. {@link #with} and
 * {@link #without} return changed copies, which keep unknown fields.
 */
public final class JsonObject {
  /** The object without fields. */
  public static final JsonObject EMPTY = new JsonObject(new com.google.gson.JsonObject(), "");

  private static final Pattern PLACE = Pattern.compile("line [0-9]+ column [0-9]+");

  /**
   * The forms in which documents are written; many commands only read, which needs less of Gson.
   */
  private static final class Written {
    static final Gson COMPACT = new GsonBuilder().disableHtmlEscaping().serializeNulls().create();
    static final Gson PRETTY =
        new GsonBuilder()
            .disableHtmlEscaping()
            .serializeNulls()
            .setFormattingStyle(FormattingStyle.PRETTY)
            .create();
  }

  private final com.google.gson.JsonObject json;
  private final String where;

  private JsonObject(com.google.gson.JsonObject json, String where) {
    this.json = json;
    this.where = where;
  }

  /**
   * Parses a document.
   *
   * @param utf8 the document's bytes
   * @param name the document's name, for error messages
   * @throws MalformedJsonException if the document is not a JSON object
   */
  public static JsonObject parse(byte[] utf8, String name) throws MalformedJsonException {
    JsonElement root = parseAny(utf8, name);
    if (!root.isJsonObject()) {
      throw new MalformedJsonException("parsing " + name + ": expected a JSON object");
    }
    return new JsonObject(root.getAsJsonObject(), name);
  }

  /** Parses a document that is a JSON array of objects. */
  public static List<JsonObject> parseArray(byte[] utf8, String name)
      throws MalformedJsonException {
    JsonElement root = parseAny(utf8, name);
    if (!root.isJsonArray()) {
      throw new MalformedJsonException("parsing " + name + ": expected a JSON array");
    }
    var wrapper = new com.google.gson.JsonObject();
    wrapper.add("", root);
    return new JsonObject(wrapper, name).objects("");
  }

  private static JsonElement parseAny(byte[] utf8, String name) throws MalformedJsonException {
    String text = new String(utf8, UTF_8);
    JsonElement root = parse(text, Strictness.STRICT, name);
    String lossless = LosslessUtf8.decode(utf8);
    // Strict Gson rejects the lone surrogates that stand for bytes other than UTF-8.
    return text.equals(lossless) ? root : parse(lossless, Strictness.LEGACY_STRICT, name);
  }

  private static JsonElement parse(String text, Strictness strictness, String name)
      throws MalformedJsonException {
    try {
      JsonReader reader = new JsonReader(new StringReader(text));
      reader.setStrictness(strictness);
      JsonElement root = JsonParser.parseReader(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new MalformedJsonException("parsing " + name + ": expected nothing after the JSON");
      }
      return root;
    } catch (JsonParseException | IOException e) {
      throw new MalformedJsonException("parsing " + name + ": not valid JSON", place(e));
    }
  }

  /** Returns the position of the error, the only part of Gson's message that is useful to users. */
  private static @Nullable Throwable place(Exception failure) {
    Matcher place = PLACE.matcher(String.valueOf(failure.getMessage()));
    return place.find() ? new MalformedJsonException(place.group()) : null;
  }

  /**
   * Returns the document as compact UTF-8 JSON, with the fields in their order of insertion. Bytes
   * other than UTF-8 are preserved.
   */
  public byte[] toBytes() {
    return LosslessUtf8.encode(Written.COMPACT.toJson(json));
  }

  /** Returns the document as indented JSON. */
  public String toPrettyString() {
    return Written.PRETTY.toJson(json);
  }

  /** The names of the fields, in their order. */
  public List<String> names() {
    return List.copyOf(json.keySet());
  }

  /** Whether the field exists and is not null. */
  public boolean has(String name) {
    return find(name) != null;
  }

  /** Returns the string in a required field. */
  public String string(String name) throws MalformedJsonException {
    return optionalString(name).orElseThrow(() -> missing(name, "a string"));
  }

  /** Returns the string in an optional field. */
  public Optional<String> optionalString(String name) throws MalformedJsonException {
    JsonElement value = find(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!isString(value)) {
      throw wrong(name, "a string", value);
    }
    return Optional.of(value.getAsString());
  }

  /** Returns the integer in a required field. */
  public long number(String name) throws MalformedJsonException {
    JsonElement value = find(name);
    if (value == null) {
      throw missing(name, "a whole number");
    }
    return number(name, value);
  }

  /** Returns the integer in a field, or {@code absent} if the field is missing. */
  public long number(String name, long absent) throws MalformedJsonException {
    return has(name) ? number(name) : absent;
  }

  /** Whether a field is {@code true}; false if the field is missing or of another type. */
  public boolean flag(String name) {
    JsonElement value = find(name);
    return value != null
        && value.isJsonPrimitive()
        && value.getAsJsonPrimitive().isBoolean()
        && value.getAsBoolean();
  }

  /** Returns the object in a required field. */
  public JsonObject object(String name) throws MalformedJsonException {
    return optionalObject(name).orElseThrow(() -> missing(name, "an object"));
  }

  /** Returns the object in an optional field. */
  public Optional<JsonObject> optionalObject(String name) throws MalformedJsonException {
    JsonElement value = find(name);
    return value == null ? Optional.empty() : Optional.of(object(name, value));
  }

  /** Returns the objects of an array; empty if the field is missing. */
  public List<JsonObject> objects(String name) throws MalformedJsonException {
    List<JsonObject> objects = new ArrayList<>();
    for (JsonElement each : array(name)) {
      objects.add(object(name + "[" + objects.size() + "]", each));
    }
    return List.copyOf(objects);
  }

  /** Returns the strings of an array; empty if the field is missing. */
  public List<String> strings(String name) throws MalformedJsonException {
    List<String> strings = new ArrayList<>();
    for (JsonElement each : array(name)) {
      if (!isString(each)) {
        throw wrong(name + "[" + strings.size() + "]", "a string", each);
      }
      strings.add(each.getAsString());
    }
    return List.copyOf(strings);
  }

  /** Returns the arrays of strings in an array; empty if the field is missing. */
  public List<List<String>> stringLists(String name) throws MalformedJsonException {
    List<List<String>> lists = new ArrayList<>();
    for (JsonElement each : array(name)) {
      String at = name + "[" + lists.size() + "]";
      var holder = new com.google.gson.JsonObject();
      holder.add(at, each);
      lists.add(new JsonObject(holder, where).strings(at));
    }
    return List.copyOf(lists);
  }

  /** Returns the integers of an array; empty if the field is missing. */
  public List<Long> numbers(String name) throws MalformedJsonException {
    List<Long> numbers = new ArrayList<>();
    for (JsonElement each : array(name)) {
      numbers.add(number(name + "[" + numbers.size() + "]", each));
    }
    return List.copyOf(numbers);
  }

  /** Returns an object of strings as a map, in order; empty if the field is missing. */
  public Map<String, String> stringMap(String name) throws MalformedJsonException {
    Map<String, String> map = new LinkedHashMap<>();
    JsonObject object = optionalObject(name).orElse(EMPTY);
    for (String key : object.names()) {
      map.put(key, object.optionalString(key).orElse(""));
    }
    return map;
  }

  /**
   * Returns a copy with a field set to {@code value}: a String, Number, Boolean, JsonObject, or a
   * List or Map of these. An existing field keeps its position.
   */
  public JsonObject with(String name, Object value) {
    com.google.gson.JsonObject copy = json.deepCopy();
    copy.add(name, toJson(value));
    return new JsonObject(copy, where);
  }

  /** Returns a copy with a field set to null. */
  public JsonObject withNull(String name) {
    com.google.gson.JsonObject copy = json.deepCopy();
    copy.add(name, JsonNull.INSTANCE);
    return new JsonObject(copy, where);
  }

  /** Returns a copy without a field. */
  public JsonObject without(String name) {
    com.google.gson.JsonObject copy = json.deepCopy();
    copy.remove(name);
    return new JsonObject(copy, where);
  }

  private static JsonElement toJson(Object value) {
    if (value instanceof JsonObject object) {
      return object.json;
    }
    if (value instanceof Iterable<?> list) {
      var array = new com.google.gson.JsonArray();
      list.forEach(each -> array.add(toJson(each)));
      return array;
    }
    if (value instanceof Map<?, ?> map) {
      var object = new com.google.gson.JsonObject();
      map.forEach((k, v) -> object.add(k.toString(), toJson(v)));
      return object;
    }
    return Written.COMPACT.toJsonTree(value);
  }

  private @Nullable JsonElement find(String name) {
    JsonElement value = json.get(name);
    return value == null || value.isJsonNull() ? null : value;
  }

  private Iterable<JsonElement> array(String name) throws MalformedJsonException {
    JsonElement value = find(name);
    if (value == null) {
      return List.of();
    }
    if (!value.isJsonArray()) {
      throw wrong(name, "an array", value);
    }
    return value.getAsJsonArray();
  }

  private JsonObject object(String name, JsonElement value) throws MalformedJsonException {
    if (!value.isJsonObject()) {
      throw wrong(name, "an object", value);
    }
    return new JsonObject(value.getAsJsonObject(), where + ": " + name);
  }

  private long number(String name, JsonElement value) throws MalformedJsonException {
    if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isNumber()) {
      throw wrong(name, "a whole number", value);
    }
    try {
      return value.getAsBigDecimal().longValueExact();
    } catch (ArithmeticException | NumberFormatException e) {
      throw wrong(name, "a whole number", value);
    }
  }

  private static boolean isString(JsonElement value) {
    return value.isJsonPrimitive() && value.getAsJsonPrimitive().isString();
  }

  /** Returns an exception for a problem with this object; the message names the document. */
  public MalformedJsonException malformed(String problem) {
    return new MalformedJsonException("reading " + where + ": " + problem);
  }

  private MalformedJsonException missing(String name, String expected) {
    return malformed("expected " + expected + " in \"" + name + "\", which is missing");
  }

  private MalformedJsonException wrong(String name, String expected, JsonElement got) {
    String text = got.toString();
    String shown = text.length() > 60 ? text.substring(0, 60) + "…" : text;
    return malformed("expected " + expected + " in \"" + name + "\", got " + shown);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof JsonObject object && json.equals(object.json);
  }

  @Override
  public int hashCode() {
    return json.hashCode();
  }

  /** Returns the document as compact JSON. */
  @Override
  public String toString() {
    return Written.COMPACT.toJson(json);
  }
}

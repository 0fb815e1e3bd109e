package dev.varve.core.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonObjectTest {
  private static JsonObject parse(String json) throws MalformedJsonException {
    return JsonObject.parse(json.getBytes(UTF_8), "the document");
  }

  private static void assertRefused(ThrowingCallable reading, String message) {
    assertThatThrownBy(reading)
        .isExactlyInstanceOf(MalformedJsonException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"a\":}",
        "{\"a\":1,}",
        "{'a':1}",
        "{a:1}",
        "{\"a\":NaN}",
        "{\"a\":TRUE}",
        "{\"a\":1} // comment",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\u0001\"}",
        "{\"a\":01}",
        "{}{}",
        "\0\0\0\0",
        "<html>"
      })
  void invalidJsonIsRefused(String text) {
    assertRefused(() -> parse(text), "parsing the document: not valid JSON");
  }

  @Test
  void theCauseNamesLineAndColumnWithoutTheParsersMessage() {
    assertThatThrownBy(() -> parse("{\n<html>"))
        .hasMessage("parsing the document: not valid JSON")
        .cause()
        .hasMessage("line 2 column 2")
        .hasNoCause();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "null", "\"text\"", "1"})
  void aDocumentThatIsNoObjectIsRefused(String text) {
    assertRefused(() -> parse(text), "parsing the document: expected a JSON object");
  }

  @Test
  void excessiveNestingIsRefused() {
    String deep = "{\"a\":".repeat(200_000);
    assertRefused(() -> parse(deep), "parsing the document: not valid JSON");
    String closed = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    assertRefused(() -> parse(closed), "parsing the document: not valid JSON");
  }

  @Test
  void theDeepestAcceptedNestingCanBeChangedAndPrinted() throws Exception {
    String deep = "{\"a\":" + "[".repeat(254) + "]".repeat(254) + "}";
    assertThat(parse(deep).with("b", 1).without("b").toString()).isEqualTo(deep);
  }

  @Test
  void ofTwoFieldsWithOneNameTheLastCounts() throws Exception {
    assertThat(parse("{\"a\":1,\"b\":2,\"a\":3}")).hasToString("{\"a\":3,\"b\":2}");
  }

  @Test
  void unreadFieldsAreKept() throws Exception {
    String text =
        "{\"z\":1.50,\"big\":123456789012345678901234567890,\"n\":null,\"o\":{\"é\":[true,\"<&>\"]}}";
    assertThat(parse(text).toBytes()).isEqualTo(text.getBytes(UTF_8));
  }

  @Test
  void bytesThatAreNotUtf8AreKept() throws Exception {
    byte[] bytes = "{\"a\":\"caf\u00e9\",\"b\":\"x\"}".getBytes(ISO_8859_1);

    JsonObject json = JsonObject.parse(bytes, "the document");

    assertThat(json.string("a")).isEqualTo("caf\uDCE9");
    assertThat(json.with("b", "früh").without("b").with("b", "x").toBytes()).isEqualTo(bytes);
  }

  @Test
  void aLoneSurrogateIsRefusedEvenBesideBytesThatAreNotUtf8() {
    byte[] bytes = "{\"a\":\"caf\u00e9\",\"b\":\"\\udc80\"}".getBytes(ISO_8859_1);
    assertRefused(
        () -> JsonObject.parse(bytes, "the document"), "parsing the document: not valid JSON");
  }

  @Test
  void aReplacedFieldKeepsItsPlace() throws Exception {
    JsonObject json = parse("{\"a\":1,\"b\":2,\"c\":3}");
    assertThat(json.with("b", List.of("x", Map.of("y", 1L))).with("d", true).without("a"))
        .hasToString("{\"b\":[\"x\",{\"y\":1}],\"c\":3,\"d\":true}");
    assertThat(json).hasToString("{\"a\":1,\"b\":2,\"c\":3}");
  }

  @Test
  void namesKeepTheirOrderAndNullCountsAsMissing() throws Exception {
    JsonObject json = parse("{\"b\":1,\"a\":null}");
    assertThat(json.names()).containsExactly("b", "a");
    assertThat(json.has("b")).isTrue();
    assertThat(json.has("a")).isFalse();
    assertThat(json.has("c")).isFalse();
  }

  @Test
  void objectsWithEqualFieldsAreEqual() throws Exception {
    assertThat(parse("{\"a\":{\"b\":1}}"))
        .isEqualTo(JsonObject.EMPTY.with("a", Map.of("b", 1)))
        .hasSameHashCodeAs(JsonObject.EMPTY.with("a", Map.of("b", 1)))
        .isNotEqualTo(JsonObject.EMPTY);
  }

  @Test
  void prettyStringsAreIndented() throws Exception {
    assertThat(parse("{\"a\":[1]}").toPrettyString()).isEqualTo("{\n  \"a\": [\n    1\n  ]\n}");
  }

  @Test
  void aStringIsRead() throws Exception {
    assertThat(parse("{\"a\":\"é\\n\"}").string("a")).isEqualTo("é\n");
    assertThat(parse("{\"a\":null}").optionalString("a")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "true", "[\"x\"]", "{\"x\":\"y\"}"})
  void aValueThatIsNoStringIsRefused(String value) throws Exception {
    JsonObject json = parse("{\"a\":" + value + "}");
    String message = "reading the document: expected a string in \"a\", got " + value;
    assertRefused(() -> json.string("a"), message);
    assertRefused(() -> json.optionalString("a"), message);
  }

  @Test
  void aMissingStringIsNamed() throws Exception {
    assertRefused(
        () -> parse("{\"a\":null}").string("a"),
        "reading the document: expected a string in \"a\", which is missing");
  }

  @ParameterizedTest
  @CsvSource({
    "9223372036854775807, 9223372036854775807",
    "-9223372036854775808, -9223372036854775808",
    "1e3, 1000",
    "5.0, 5"
  })
  void aWholeNumberIsReadInAnySpelling(String text, long number) throws Exception {
    assertThat(parse("{\"a\":" + text + "}").number("a")).isEqualTo(number);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9223372036854775808",
        "1e999999999",
        "1e-999999999",
        "1.5",
        "true",
        "\"5\"",
        "[5]",
        "{}"
      })
  void aValueThatIsNoLongIsRefused(String value) throws Exception {
    JsonObject json = parse("{\"a\":" + value + "}");
    assertRefused(
        () -> json.number("a"),
        "reading the document: expected a whole number in \"a\", got " + value);
    assertRefused(
        () -> json.number("a", 1),
        "reading the document: expected a whole number in \"a\", got " + value);
  }

  @Test
  void aMissingNumberIsNamedOrGetsTheDefault() throws Exception {
    assertRefused(
        () -> parse("{}").number("a"),
        "reading the document: expected a whole number in \"a\", which is missing");
    assertThat(parse("{}").number("a", 7)).isEqualTo(7);
  }

  @Test
  void aLongValueIsCutInTheMessage() throws Exception {
    JsonObject json = parse("{\"a\":\"" + "x".repeat(1000) + "\"}");
    assertRefused(
        () -> json.number("a"),
        "reading the document: expected a whole number in \"a\", got \"" + "x".repeat(59) + "…");
  }

  @Test
  void aMessageNamesThePlaceInTheDocument() throws Exception {
    JsonObject json = parse("{\"a\":{\"b\":[{},{\"c\":1}]}}");
    assertRefused(
        () -> json.object("a").objects("b").get(1).string("c"),
        "reading the document: a: b[1]: expected a string in \"c\", got 1");
    assertRefused(
        () -> {
          throw json.object("a").malformed("nonsense");
        },
        "reading the document: a: nonsense");
  }

  @Test
  void aFieldThatIsNoObjectIsRefused() throws Exception {
    JsonObject json = parse("{\"a\":[]}");
    assertRefused(
        () -> json.object("a"), "reading the document: expected an object in \"a\", got []");
    assertRefused(
        () -> json.object("b"),
        "reading the document: expected an object in \"b\", which is missing");
    assertThat(json.optionalObject("b")).isEmpty();
  }

  @Test
  void arraysAreReadAndEmptyWhenMissing() throws Exception {
    JsonObject json = parse("{\"s\":[\"x\",\"y\"],\"n\":[1,2],\"o\":[{}]}");
    assertThat(json.strings("s")).containsExactly("x", "y");
    assertThat(json.numbers("n")).containsExactly(1L, 2L);
    assertThat(json.objects("o")).containsExactly(JsonObject.EMPTY);
    assertThat(json.strings("none")).isEmpty();
    assertThat(json.numbers("none")).isEmpty();
    assertThat(json.objects("none")).isEmpty();
  }

  @Test
  void anArrayElementOfAnotherTypeIsNamedByItsIndex() throws Exception {
    JsonObject json = parse("{\"a\":[\"x\",1,{},null],\"b\":{}}");
    String reading = "reading the document: expected ";
    assertRefused(() -> json.strings("a"), reading + "a string in \"a[1]\", got 1");
    assertRefused(() -> json.numbers("a"), reading + "a whole number in \"a[0]\", got \"x\"");
    assertRefused(() -> json.objects("a"), reading + "an object in \"a[0]\", got \"x\"");
    assertRefused(() -> json.strings("b"), reading + "an array in \"b\", got {}");
    assertRefused(
        () -> parse("{\"a\":[null]}").strings("a"), reading + "a string in \"a[0]\", got null");
  }

  @Test
  void aMapOfStringsKeepsItsOrderAndItsNullsAreEmpty() throws Exception {
    assertThat(parse("{\"m\":{\"z\":\"1\",\"a\":null}}").stringMap("m"))
        .containsExactly(entry("z", "1"), entry("a", ""));
    assertThat(parse("{}").stringMap("m")).isEmpty();
    assertRefused(
        () -> parse("{\"m\":{\"a\":1}}").stringMap("m"),
        "reading the document: m: expected a string in \"a\", got 1");
  }

  @Test
  void anArrayOfObjectsIsParsed() throws Exception {
    byte[] array = "[{\"a\":1},{}]".getBytes(UTF_8);
    assertThat(JsonObject.parseArray(array, "list"))
        .extracting(JsonObject::toString)
        .containsExactly("{\"a\":1}", "{}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|parsing list: expected a JSON array",
        "[1]|reading list: expected an object in \"[0]\", got 1",
        "[],\"x\":[]|parsing list: not valid JSON"
      })
  void aDocumentThatIsNoArrayOfObjectsIsRefused(String text, String message) {
    assertRefused(() -> JsonObject.parseArray(text.getBytes(UTF_8), "list"), message);
  }
}

package dev.varve.core.plan;

import static dev.varve.core.plan.TestTree.digest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.json.MalformedJsonException;
import dev.varve.core.plan.PlanState.ComponentState;
import dev.varve.core.plan.PlanState.LayerState;
import dev.varve.core.plan.PlanState.Predecessor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlanStateTest {
  private static final String A = "a".repeat(64);
  private static final String B = "b".repeat(64);

  /** The first second of the year 0, and the last of the year 9999. */
  private static final long FIRST_TIME = -62_167_219_200L;

  private static final long LAST_TIME = 253_402_300_799L;

  private static final PlanState STATE =
      new PlanState(
          1_700_000_000,
          "zstd:6",
          "zstd-jni 1.5.7-28 long",
          List.of(1_700_086_400L, 1_700_172_800L),
          List.of(
              new LayerState(new Digest(A), 10_240, List.of("rpm:bash", "rpm:zsh")),
              new LayerState(new Digest(B), 512, List.of("directories"))),
          Map.of(
              "rpm:zsh",
              new ComponentState(new Digest(B), 4_000, 1_700_086_400, List.of(1_700_172_800L)),
              "rpm:bash",
              new ComponentState(new Digest(A), 5_000, 1_700_086_400, List.of())),
          Map.of("zsh", "5.9-12.fc41", "bash", "5.2-1.fc41"));

  /** The format, field by field. A change of the format needs another formatVersion. */
  private static final String JSON =
      """
      {"formatVersion":1,
       "clamp":1700000000,
       "compression":"zstd:6",
       "compressor":"zstd-jni 1.5.7-28 long",
       "images":[1700086400,1700172800],
       "layers":[
        {"diffId":"sha256:A","size":10240,"components":["rpm:bash","rpm:zsh"]},
        {"diffId":"sha256:B","size":512,"components":["directories"]}],
       "packages":{"bash":"5.2-1.fc41","zsh":"5.9-12.fc41"},
       "components":[
        {"name":"rpm:bash","hash":"A","size":5000,"since":1700086400,"changed":[]},
        {"name":"rpm:zsh","hash":"B","size":4000,"since":1700086400,"changed":[1700172800]}]}
      """
          .replaceAll("\n *", "")
          .replace("sha256:A", "sha256:" + A)
          .replace("sha256:B", "sha256:" + B)
          .replace("\"A\"", "\"" + A + "\"")
          .replace("\"B\"", "\"" + B + "\"");

  @Test
  void aStateIsWrittenInThisFormat() {
    assertThat(STATE.toJson().toString()).isEqualTo(JSON);
  }

  @Test
  void aStateIsReadFromThisFormat() throws MalformedJsonException {
    assertThat(parse(JSON)).isEqualTo(STATE);
  }

  @Test
  void timesOfFilesAreWrittenOnlyIfPresent() throws MalformedJsonException {
    FileTimes times = new FileTimes(new Digest(B), List.of(1_700_000_000L, 2L, -5L, 1L));
    ComponentState component =
        new ComponentState(new Digest(A), 7, 1_700_086_400, List.of(), Optional.of(times));
    PlanState state =
        new PlanState(
            0, "", "", List.of(1_700_086_400L), List.of(), Map.of("dir:/etc", component), Map.of());

    String json = state.toJson().toString();

    assertThat(json)
        .endsWith("\"changed\":[],\"files\":\"" + B + "\",\"fileTimes\":[1700000000,2,-5,1]}]}");
    assertThat(parse(json)).isEqualTo(state);
  }

  @ParameterizedTest
  @CsvSource({
    "'[1,2,3]', 'expected pairs of a time and a number of files, got 3 values'",
    "'[1,0]', 'expected a positive number of files, got 0'",
    "'[1,-1]', 'expected a positive number of files, got -1'"
  })
  void timesOfFilesThatAreNoPairsAreRefused(String times, String problem) {
    String json =
        JSON.replace(
            "\"changed\":[]}",
            "\"changed\":[],\"files\":\"" + B + "\",\"fileTimes\":" + times + "}");
    assertThatThrownBy(() -> parse(json)).hasMessageContaining("\"fileTimes\": " + problem);
  }

  @Test
  void unknownFieldsAreIgnored() throws MalformedJsonException {
    assertThat(parse(JSON.replace("\"clamp\"", "\"comment\":{},\"clamp\""))).isEqualTo(STATE);
  }

  @Test
  void thePredecessorAndPreservedMtimesAreWrittenOnlyIfPresent() throws MalformedJsonException {
    Descriptor artifact = new Descriptor("m/t", new Digest(A), 7);
    PlanState state =
        new PlanState(
            1,
            "none",
            "",
            List.of(1L),
            List.of(),
            Map.of(),
            Map.of(),
            true,
            Optional.of(new Predecessor(new Digest(B), Optional.of(artifact))));

    String json = state.toJson().toString();

    assertThat(json)
        .startsWith(
            ("{\"formatVersion\":1,\"mtimes\":\"preserved\",\"previous\":{\"image\":\"sha256:B\","
                    + "\"state\":{\"mediaType\":\"m/t\",\"digest\":\"sha256:A\",\"size\":7}},"
                    + "\"clamp\":1,")
                .replace("A", A)
                .replace("B", B));
    assertThat(parse(json)).isEqualTo(state);
    PlanState alone = STATE.withPredecessor(new Predecessor(new Digest(B), Optional.empty()));
    assertThat(parse(alone.toJson().toString())).isEqualTo(alone);
  }

  @Property
  void aWrittenStateIsReadUnchanged(
      @ForAll @LongRange(min = FIRST_TIME, max = LAST_TIME) long clamp,
      @ForAll String compressor,
      @ForAll @Size(min = 1) List<@LongRange(min = FIRST_TIME, max = LAST_TIME) Long> images,
      @ForAll @Size(max = 5) Map<String, @LongRange(min = 0, max = Long.MAX_VALUE) Long> sizes,
      @ForAll @Size(max = 5) Map<String, String> packages)
      throws MalformedJsonException {
    Map<String, ComponentState> components = new TreeMap<>();
    sizes.forEach(
        (name, size) ->
            components.put(utf8(name), new ComponentState(digest(name), size, clamp, images)));
    Map<String, String> versions = new TreeMap<>();
    packages.forEach((name, version) -> versions.put(utf8(name), utf8(version)));
    PlanState state =
        new PlanState(
            clamp,
            "none",
            utf8(compressor),
            images,
            List.of(new LayerState(digest("l"), 1, List.copyOf(components.keySet()))),
            components,
            versions);

    byte[] json = state.toJson().toBytes();

    assertThat(PlanState.parse(json, "it")).isEqualTo(state);
    assertThat(PlanState.parse(json, "it").toJson().toBytes()).isEqualTo(json);
  }

  private static String utf8(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  @Test
  void aNewerFormatIsRefused() {
    assertThatThrownBy(() -> parse("{\"formatVersion\":2,\"layers\":\"elsewhere\"}"))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessage("reading the state: expected formatVersion 1, got 2; a newer Varve wrote it");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"formatVersion", "clamp", "compression", "compressor", "diffId", "hash", "name"})
  void aMissingFieldIsNamed(String field) {
    assertThatThrownBy(() -> parse(JSON.replace("\"" + field + "\":", "\"x\":")))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageStartingWith("reading the state")
        .hasMessageContaining("in \"" + field + "\", which is missing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"clamp\":1700000000 | \"clamp\":\"soon\" | a whole number in \"clamp\", got \"soon\"",
        "\"clamp\":1700000000 | \"clamp\":1.5 | a whole number in \"clamp\", got 1.5",
        "\"zstd:6\" | 6 | a string in \"compression\", got 6",
        "[1700086400,1700172800] | 5 | an array in \"images\", got 5",
        "[1700086400,1700172800] | [true] | a whole number in \"images[0]\", got true",
        "5.2-1.fc41\" | \",\"x\":[]  | a string in \"x\", got []",
      })
  void aFieldOfAnotherTypeIsNamed(String from, String to, String expected) {
    assertThatThrownBy(() -> parse(JSON.replace(from, to)))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageStartingWith("reading the state")
        .hasMessageEndingWith(": expected " + expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\"clamp\":1700000000", "[1700086400", "\"since\":1700086400", "[1700172800]"})
  void aTimeThatIsNoDateIsRefused(String field) {
    String late = field.replaceAll("17[0-9]+", Long.toString(LAST_TIME + 1));
    assertThatThrownBy(() -> parse(JSON.replace(field, late)))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageEndingWith("expected a time in the years 0 to 9999, got 253402300800");
    String early = field.replaceAll("17[0-9]+", Long.toString(FIRST_TIME - 1));
    assertThatThrownBy(() -> parse(JSON.replace(field, early)))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageEndingWith("expected a time in the years 0 to 9999, got -62167219201");
  }

  @Test
  void aStateWithoutTheTimeOfAnImageIsRefused() {
    assertThatThrownBy(() -> parse(JSON.replace("1700086400,1700172800", "")))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessage("reading the state: expected the time of at least one image in \"images\"");
  }

  @Test
  void aNegativeSizeIsRefused() {
    assertThatThrownBy(() -> parse(JSON.replace("\"size\":512", "\"size\":-1")))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessage("reading the state: layers[1]: expected a size of at least 0, got -1");
  }

  @Test
  void aMalformedDigestIsNamed() {
    assertThatThrownBy(() -> parse(JSON.replace("sha256:" + A, "md5:0")))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessage(
            "reading the state: \"diffId\": expected a digest of the form sha256:<hex> or sha512:<hex>,"
                + " got \"md5:0\"");
    assertThatThrownBy(() -> parse(JSON.replace("\"hash\":\"" + A, "\"hash\":\"no")))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessage(
            "reading the state: \"hash\": expected 64 or 128 lower-case hexadecimal characters,"
                + " got \"no\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "null", "{", "{\"formatVersion\":1", "\u0000"})
  void otherTextThanAJsonObjectIsRefused(String json) {
    assertThatThrownBy(() -> parse(json))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageStartingWith("parsing the state: ");
  }

  @Test
  void aCopyWithoutLayersKeepsTheOtherFields() {
    PlanState without = STATE.withoutLayers();

    assertThat(without.layers()).isEmpty();
    assertThat(without.components()).isEqualTo(STATE.components());
    assertThat(without.images()).isEqualTo(STATE.images());
    assertThat(without.clamp()).isEqualTo(STATE.clamp());
  }

  @Test
  void theLastChangeOfAComponentMayBeItsFirstDate() {
    assertThat(new ComponentState(digest(""), 1, 10, List.of()).lastChanged()).isEqualTo(10);
    assertThat(new ComponentState(digest(""), 1, 10, List.of(20L, 30L)).lastChanged())
        .isEqualTo(30);
  }

  private static PlanState parse(String json) throws MalformedJsonException {
    return PlanState.parse(json.getBytes(StandardCharsets.UTF_8), "the state");
  }
}

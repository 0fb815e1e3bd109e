package dev.varve.core.history;

import static dev.varve.core.history.SeriesFixture.blob;
import static dev.varve.core.history.SeriesFixture.digest;
import static dev.varve.core.history.SeriesFixture.image;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.history.Gaps.Pause;
import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import dev.varve.core.update.Schedule;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeriesHistoryTest {
  private static SeriesFixture base(String name, String created) {
    return image(name, created).component("rpm:base", "base", 900).layer("base", 300, "rpm:base");
  }

  private static SeriesFixture v1() {
    return base("v1", "2025-10-10T17:00:00Z")
        .component("rpm:a", "a1", 60)
        .component("rpm:b", "b1", 30)
        .layer("ab1", 50, "rpm:a", "rpm:b")
        .component("rpm:c", "c1", 20)
        .layer("c1", 10, "rpm:c")
        .installed("a", "1")
        .installed("b", "1")
        .installed("c", "1");
  }

  private static SeriesFixture v2() {
    return base("v2", "2025-10-11T17:00:00Z")
        .component("rpm:c", "c1", 20)
        .layer("c1", 10, "rpm:c")
        .component("rpm:a", "a2", 60)
        .component("rpm:b", "b2", 30)
        .layer("ab2", 50, "rpm:a", "rpm:b")
        .installed("a", "2")
        .installed("b", "2")
        .installed("c", "1");
  }

  private static SeriesFixture v3() {
    return base("v3", "2025-10-12T17:00:00Z")
        .component("rpm:a", "a3", 60)
        .component("rpm:b", "b2", 30)
        .layer("ab3", 52, "rpm:a", "rpm:b")
        .component("rpm:d", "d1", 5)
        .layer("d1", 7, "rpm:d")
        .installed("a", "3")
        .installed("b", "2")
        .installed("d", "1");
  }

  private static SeriesHistory history(HistoryImage... images) {
    return SeriesHistory.of("oci:os", Arrays.asList(images), Set.of(), Optional.empty());
  }

  private static SeriesHistory threeImages() {
    return history(v1().get(), v2().get(), v3().get());
  }

  @Test
  void anUpdateCostsTheLayersThatItsImageHasAnew() {
    SeriesHistory history = threeImages();
    assertThat(history.updates())
        .extracting(update -> update.cost().downloadedBytes())
        .containsExactly(50L, 59L);
    assertThat(history.meanBytes()).isEqualTo(55);
    assertThat(history.meanTotalBytes()).isEqualTo(360);
    assertThat(history.meanDeltaBytes()).isEmpty();
    assertThat(history.meanBuiltBytes()).isEmpty();
    assertThat(history.schedules())
        .containsExactly(
            new SeriesSchedule(new Schedule(1, 2, 109, 109), OptionalLong.empty()),
            new SeriesSchedule(new Schedule(2, 1, 59, 59), OptionalLong.empty()));
  }

  @Test
  void aDeltaCountsWhereThereIsOneAndTheBuildWhereItIsKnown() {
    HistoryImage one = v1().built(blob("x", 1000), blob("y1", 200)).get();
    HistoryImage two = v2().built(blob("x", 1000), blob("y2", 210)).delta(one, 8).get();
    HistoryImage three = v3().built(blob("z", 1100), blob("y3", 220)).get();
    SeriesHistory history = history(one, two, three);
    assertThat(history.updates())
        .extracting(SeriesUpdate::deltaBytes)
        .containsExactly(OptionalLong.of(8), OptionalLong.empty());
    assertThat(history.updates())
        .extracting(SeriesUpdate::builtBytes)
        .containsExactly(OptionalLong.of(210), OptionalLong.of(1320));
    assertThat(history.meanDeltaBytes()).hasValue(34);
    assertThat(history.meanBuiltBytes()).hasValue(765);
    assertThat(history.schedules())
        .containsExactly(
            new SeriesSchedule(new Schedule(1, 2, 109, 67), OptionalLong.of(1530)),
            new SeriesSchedule(new Schedule(2, 1, 59, 59), OptionalLong.of(1320)));
  }

  @Test
  void aBuildThatIsKnownOfSomeImagesCountsForUpdatesBetweenThem() {
    SeriesHistory history =
        history(v1().built(blob("x", 9)).get(), v2().built(blob("y", 8)).get(), v3().get());
    assertThat(history.meanBuiltBytes()).hasValue(8);
    assertThat(history.schedules())
        .extracting(SeriesSchedule::builtBytes)
        .containsOnly(OptionalLong.empty());
  }

  @Test
  void aRowFollowsALayerByWhatItHolds() {
    assertThat(threeImages().rows())
        .containsExactly(
            new LayerRow(List.of(1, 2, 1), 102, 52),
            new LayerRow(List.of(-1, -1, 2), 7, 7),
            new LayerRow(List.of(0, 0, 0), 0, 300),
            new LayerRow(List.of(2, 1, -1), 0, 10));
  }

  @Test
  void ofTwoLayersTheOneThatSharesMoreGoesOnInTheRow() {
    SeriesFixture before =
        image("v1", "2025-10-10T17:00:00Z")
            .component("rpm:a", "a1", 60)
            .component("rpm:b", "b1", 30)
            .layer("ab1", 50, "rpm:a", "rpm:b");
    SeriesFixture after =
        image("v2", "2025-10-11T17:00:00Z")
            .component("rpm:a", "a2", 60)
            .component("rpm:b", "b2", 30)
            .layer("b2", 20, "rpm:b")
            .layer("a2", 30, "rpm:a");
    assertThat(history(before.get(), after.get()).rows())
        .containsExactly(new LayerRow(List.of(0, 1), 30, 50), new LayerRow(List.of(-1, 0), 20, 20));
  }

  @Test
  void withoutStatesALayerGoesOnAtItsPlaceAndNoReasonIsGiven() throws MalformedJsonException {
    SeriesHistory history = history(v1().withoutState().get(), v2().withoutState().get());
    // The base keeps its digest, and so does c, at another place.
    assertThat(history.rows())
        .extracting(LayerRow::places)
        .containsExactlyInAnyOrder(List.of(0, 0), List.of(2, 1), List.of(1, -1), List.of(-1, 2));
    JsonObject update = HistoryJson.of(history).objects("updates").get(0);
    assertThat(update.objects("downloads")).hasSize(1);
    assertThat(update.objects("downloads").get(0).string("reason")).isEqualTo("unknown");
    SeriesFixture other = image("v3", "2025-10-12T17:00:00Z").layer("base", 300).layer("z", 1);
    assertThat(history(v1().withoutState().get(), other.withoutState().get()).rows())
        .extracting(LayerRow::places)
        .containsExactlyInAnyOrder(List.of(0, 0), List.of(1, 1), List.of(2, -1));
  }

  @Test
  void theBytesOfALayerAreDividedAmongTheComponentsThatChanged() {
    assertThat(threeImages().components())
        .containsExactly(
            // 33 of 50 bytes, by 60 of 90, and the byte that is left; then all 52.
            new ComponentCost("rpm:a", 60, 2, 34 + 52),
            new ComponentCost("rpm:b", 30, 1, 16),
            new ComponentCost("rpm:d", 5, 1, 7),
            new ComponentCost("rpm:base", 900, 0, 0),
            new ComponentCost("rpm:c", 20, 0, 0));
  }

  @Test
  void anIntervalLongerThanUsualIsAPause() {
    SeriesHistory history =
        history(
            v1().get(),
            v2().get(),
            v3().get(),
            base("v4", "2025-10-15T16:00:00Z").get(),
            base("v5", "2025-10-16T17:00:00Z").layer("e", 1).get());
    assertThat(history.gaps().pauses()).containsExactly(new Pause(2, 3));
  }

  @Test
  void numbersThatTagsSkipAreMissing() {
    List<HistoryImage> images =
        List.of(
            base("40-8", "2025-10-10T17:00:00Z").get(),
            base("40-12", "2025-10-11T17:00:00Z").layer("a", 1).get(),
            base("41-20", "2025-10-12T17:00:00Z").layer("b", 1).get(),
            base("20251010", "2025-10-13T17:00:00Z").layer("c", 1).get(),
            base("20251014", "2025-10-14T17:00:00Z").layer("d", 1).get());
    assertThat(
            SeriesHistory.of("oci:os", images, Set.of("40-10"), Optional.empty())
                .gaps()
                .missingTags())
        .containsExactly("40-9", "40-11");
  }

  @Test
  void oneImageHasNoUpdates() throws MalformedJsonException {
    SeriesHistory history = history(v1().get());
    assertThat(history.updates()).isEmpty();
    assertThat(history.schedules()).isEmpty();
    assertThat(history.meanBytes()).isZero();
    assertThat(history.rows()).hasSize(3);
    assertThat(HistoryJson.of(history).objects("images")).hasSize(1);
  }

  @Test
  void aSeriesHasAnImage() {
    assertThatThrownBy(() -> history())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected at least one image in oci:os, found none");
  }

  @Test
  void signaturesAreJudgedByTheKeysThatAreKnown() {
    assertThat(Signing.of(0, true, List.of()).status()).isEqualTo(Signing.Status.NONE);
    assertThat(Signing.of(1, false, List.of()).status()).isEqualTo(Signing.Status.UNVERIFIED);
    assertThat(Signing.of(1, true, List.of()).status()).isEqualTo(Signing.Status.OTHER_KEY);
    assertThat(Signing.of(2, true, List.of(digest("key"))))
        .isEqualTo(new Signing(Signing.Status.VERIFIED, List.of(digest("key"))));
  }

  @Test
  void jsonNamesLayersAndComponentsByTheirIndexes() throws MalformedJsonException {
    SeriesFixture last = v3().signing(Signing.of(1, true, List.of(digest("key"))));
    JsonObject json = HistoryJson.of(history(v1().get(), v2().get(), last.get()));
    assertThat(json.object("mean").toString()).isEqualTo("{\"updateBytes\":55,\"totalBytes\":360}");
    assertThat(json.objects("images").get(2).toString())
        .isEqualTo(
            "{\"name\":\"v3\",\"digest\":\"%s\",\"created\":\"2025-10-12T17:00:00Z\",\"layers\":3,\"totalBytes\":359,\"signing\":\"verified\",\"keys\":[\"%s\"]}"
                .formatted(last.get().release().digest(), digest("key")));
    assertThat(json.objects("layers").stream().map(JsonObject::toString))
        .containsExactly(
            "{\"digest\":\"%s\",\"bytes\":50,\"components\":[0,1]}".formatted(digest("ab1")),
            "{\"digest\":\"%s\",\"bytes\":50,\"like\":0}".formatted(digest("ab2")),
            "{\"digest\":\"%s\",\"bytes\":52,\"like\":0}".formatted(digest("ab3")),
            "{\"digest\":\"%s\",\"bytes\":7,\"components\":[2]}".formatted(digest("d1")),
            "{\"digest\":\"%s\",\"bytes\":300,\"components\":[3]}".formatted(digest("base")),
            "{\"digest\":\"%s\",\"bytes\":10,\"components\":[4]}".formatted(digest("c1")));
    assertThat(json.toString()).contains("\"rows\":[[0,1,2],[-1,-1,3],[4,4,4],[5,5,-1]]");
    assertThat(json.objects("updates").get(1).toString())
        .isEqualTo(
            "{\"updateBytes\":59,\"updateLayers\":2,\"downloads\":["
                + "{\"layer\":2,\"reason\":\"changed\",\"changed\":[0]},"
                + "{\"layer\":3,\"reason\":\"changed\",\"added\":[2]}],\"packages\":["
                + "{\"name\":\"a\",\"before\":\"2\",\"after\":\"3\"},"
                + "{\"name\":\"c\",\"before\":\"1\"},{\"name\":\"d\",\"after\":\"1\"}]}");
    assertThat(json.objects("components").get(0).toString())
        .isEqualTo("{\"name\":\"rpm:a\",\"bytes\":60,\"updates\":2,\"updateBytes\":86}");
    assertThat(json.objects("schedules").get(1).toString())
        .isEqualTo("{\"every\":2,\"updates\":1,\"updateBytes\":59,\"deltaBytes\":59}");
    assertThat(json.has("lint")).isFalse();
  }
}

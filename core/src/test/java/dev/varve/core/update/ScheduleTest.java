package dev.varve.core.update;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.MediaTypes;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  /** Images of layers that are named after their sizes; each is one layer apart from the next. */
  private static final List<Release> SERIES =
      List.of(
          release(0, Map.of(), 1000, 1),
          release(1, Map.of(0, 7L), 1000, 20),
          release(2, Map.of(), 1000, 300),
          release(3, Map.of(1, 5L), 1000, 4000));

  private static Release release(int number, Map<Integer, Long> deltas, int... sizes) {
    return new Release(
        "v" + number,
        digest(number),
        Instant.EPOCH,
        Arrays.stream(sizes)
            .mapToObj(size -> new Descriptor(MediaTypes.OCI_LAYER, layer(size), size))
            .toList(),
        deltas.entrySet().stream()
            .collect(Collectors.toMap(each -> digest(each.getKey()), Map.Entry::getValue)));
  }

  private static Digest digest(int image) {
    return Digest.of(("image " + image).getBytes(UTF_8));
  }

  private static Digest layer(int size) {
    return Digest.of(("layer " + size).getBytes(UTF_8));
  }

  @Test
  void eachUpdateDownloadsTheLayersThatItsImageHasAnew() {
    assertThat(Schedule.of(SERIES, 1)).isEqualTo(new Schedule(1, 3, 4320, 4307));
    assertThat(Schedule.of(SERIES, 2)).isEqualTo(new Schedule(2, 2, 4300, 4300));
    assertThat(Schedule.of(SERIES, 3)).isEqualTo(new Schedule(3, 1, 4000, 4000));
    assertThat(Schedule.of(SERIES, 10)).isEqualTo(new Schedule(10, 1, 4000, 4000));
  }

  @Test
  void aDeltaCountsOnlyFromTheImageThatItIsMadeFrom() {
    List<Release> skipping = List.of(SERIES.get(1), SERIES.get(3));
    assertThat(Schedule.of(skipping, 1)).isEqualTo(new Schedule(1, 1, 4000, 5));
  }

  @Test
  void aLayerThatComesTwiceIsDownloadedOnce() {
    Release twice = release(4, Map.of(), 50, 50, 1000);
    assertThat(twice.totalBytes()).isEqualTo(1050);
    assertThat(twice.bytesFrom(SERIES.get(0))).isEqualTo(50);
  }

  @Test
  void schedulesThatSpanTheWholeSeriesAreLeftOut() {
    assertThat(Schedule.of(SERIES, List.of(1, 2, 3, 4, 10)))
        .extracting(Schedule::every)
        .containsExactly(1, 2, 3);
    assertThat(Schedule.of(SERIES.subList(0, 1), List.of(1)))
        .containsExactly(new Schedule(1, 0, 0, 0));
  }

  @Test
  void noBuildsPerUpdateAreRefused() {
    assertThatThrownBy(() -> Schedule.of(SERIES, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected at least one build per update, got 0");
  }
}

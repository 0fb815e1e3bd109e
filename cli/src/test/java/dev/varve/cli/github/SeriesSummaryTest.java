package dev.varve.cli.github;

import static dev.varve.core.history.SeriesFixture.blob;
import static dev.varve.core.history.SeriesFixture.image;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.history.HistoryImage;
import dev.varve.core.history.SeriesFixture;
import dev.varve.core.history.SeriesHistory;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SeriesSummaryTest {
  private static SeriesFixture megabytes(String name, int number) {
    return image(name, "2025-10-10T17:00:00Z").layer(name, number * 1_000_000L);
  }

  private static String markdown(List<HistoryImage> images) {
    return SeriesSummary.markdown(SeriesHistory.of("oci:os", images, Set.of(), Optional.empty()));
  }

  @Test
  void theChartHasABarForEachUpdateAndTheTableItsNumbers() {
    HistoryImage first = megabytes("v1", 1).built(blob("a", 7)).get();
    HistoryImage second = megabytes("v2\"]|`", 2).built(blob("b", 8_000_000)).delta(first, 9).get();
    assertThat(markdown(List.of(first, second)))
        .isEqualTo(
            """
            ## Updates of `oci:os`

            An update costs **2.0 MB** on average.

            ```mermaid
            xychart-beta
              title "Download of each update in MB; line: as built"
              x-axis ["v2????"]
              y-axis "MB"
              bar [2.00]
              line [8.00]
            ```

            <details><summary>Numbers of the updates</summary>

            | image | layers | download | by delta | as built |
            | --- | ---: | ---: | ---: | ---: |
            | `v2"]\\|'` | 1 | 2.0 MB | 9 B | 8.0 MB |

            </details>

            """);
  }

  @Test
  void manyUpdatesAreNumbered() {
    List<HistoryImage> images =
        IntStream.range(0, 14).mapToObj(i -> megabytes("v" + i, i + 1).get()).toList();
    assertThat(markdown(images))
        .contains("  title \"Download of each update in MB\"\n  x-axis \"update\" 1 --> 13\n")
        .contains("  bar [2.00, 3.00, ")
        .doesNotContain("  line ");
  }
}

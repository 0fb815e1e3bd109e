package dev.varve.cli.report;

import static dev.varve.core.history.SeriesFixture.image;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.history.SeriesHistory;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class HistoryPageTest {
  @Test
  void dataCannotEndItsElement() {
    assertThat(HistoryPage.data("{\"a\":\"</script><!--\u2028\u2029\uDC80é😀\"}"))
        .isEqualTo("{\"a\":\"\\u003c/script>\\u003c!--\\u2028\\u2029\\udc80é😀\"}");
  }

  @Test
  void namesWithMarkupAreText() throws IOException {
    String evil = "</script><img src=x onerror=alert(1)>{{data}}";
    SeriesHistory history =
        SeriesHistory.of(
            evil,
            List.of(
                image(evil, "2025-10-10T17:00:00Z").layer("a", 1, evil).get(),
                image("2", "2025-10-11T17:00:00Z").layer("b", 1, evil).get()),
            Set.of(),
            Optional.empty());
    String page = HistoryPage.of(history);
    assertThat(page)
        .doesNotContain("<img")
        .contains(
            "<title>Updates of &lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;{{data}}</title>")
        .contains("\"name\":\"\\u003c/script>\\u003cimg src=x onerror=alert(1)>{{data}}\"");
    assertThat(page.split("</script>", -1)).hasSize(4);
  }
}

package dev.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that the links in the documents point to existing files and headings. */
final class DocumentLinksTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

  static Stream<String> pages() throws IOException {
    List<String> pages = new ArrayList<>(Documents.pages());
    pages.add(Documents.COMMANDS);
    pages.add(".github/CONTRIBUTING.md");
    pages.add(".github/SECURITY.md");
    return pages.stream();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyLinkPointsToAnExistingFileAndHeading(String page) throws IOException {
    Path file = Documents.ROOT.resolve(page);
    for (String line : Documents.lines(page)) {
      Matcher link = LINK.matcher(line);
      while (link.find()) {
        String target = link.group(1);
        if (!target.contains("://")) {
          assertTargetExists(file, target);
        }
      }
    }
  }

  private static void assertTargetExists(Path page, String link) throws IOException {
    int hash = link.indexOf('#');
    String path = hash < 0 ? link : link.substring(0, hash);
    Path target = path.isEmpty() ? page : page.resolveSibling(path).normalize();
    assertThat(target).as(page + ": " + link).exists().startsWith(Documents.ROOT);
    if (hash >= 0) {
      assertThat(anchors(target)).as(page + ": " + link).contains(link.substring(hash + 1));
    }
  }

  /** Returns the anchors that GitHub generates for the headings of a page. */
  private static List<String> anchors(Path page) throws IOException {
    return Files.readAllLines(page).stream()
        .filter(line -> line.matches("#+ .*"))
        .map(
            line ->
                line.replaceFirst("#+ ", "")
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-'))
        .toList();
  }
}

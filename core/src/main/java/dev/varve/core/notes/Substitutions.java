package dev.varve.core.notes;

import dev.varve.core.git.Commit;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The values of the names in an image's templates: {@code <version>}, {@code <date>}, {@code
 * <timestamp>}, {@code <pretty>}, {@code <previous>}, {@code <changelog>}, {@code <commits>},
 * {@code <pkgupd>}, and for each package {@code <version:NAME>} and {@code <relver:NAME>}.
 * Immutable.
 */
public final class Substitutions {
  private static final String VERSION = "version";
  private static final String PREVIOUS = "previous";
  private static final String CHANGELOG = "changelog";
  private static final String ONE_PACKAGE = "version:";
  private static final String ONE_PACKAGE_WITH_RELEASE = "relver:";

  /** The known names; other text in angle brackets is not a name. */
  private static final Set<String> NAMES =
      Set.of(VERSION, "date", "timestamp", "pretty", PREVIOUS, CHANGELOG, "commits", "pkgupd");

  /** Values that are Markdown already: made by formatters, or written by the image's author. */
  private static final Set<String> IN_MARKDOWN = Set.of("commits", "pkgupd", "pretty");

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyMMdd", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Map<String, String> values;

  /**
   * An image's version and packages.
   *
   * @param version the image's version; empty if it has none
   * @param packages the versions of the image's packages by name, {@code [epoch:]version-release},
   *     several separated by spaces
   */
  public record Described(Optional<String> version, Map<String, String> packages) {
    /**
     * Describes a published image.
     *
     * @param labels the image's labels
     * @param name the version if the labels have none
     */
    public static Described published(
        Map<String, String> labels, String name, Map<String, String> packages) {
      return new Described(Optional.of(labels.getOrDefault(Notes.VERSION_LABEL, name)), packages);
    }
  }

  private Substitutions(Map<String, String> values) {
    this.values = values;
  }

  /**
   * Computes the values for an image.
   *
   * @param notes the image's templates
   * @param built the time of the image's build
   * @param image the image; its version counts if {@code notes} has no template for a version
   * @param previous the previous image, if any
   */
  public static Substitutions of(
      Notes notes, Instant built, Described image, Optional<Described> previous) {
    Formatters formatters = notes.formatters();
    Map<String, String> values = new LinkedHashMap<>();
    values.put("date", DATE.format(built));
    values.put("timestamp", built.truncatedTo(ChronoUnit.SECONDS).toString());
    notes.pretty().ifPresent(pretty -> values.put("pretty", pretty));
    previous.flatMap(Described::version).ifPresent(before -> values.put(PREVIOUS, before));
    values.put("commits", commits(notes.commits(), formatters));
    values.put("pkgupd", packages(image, previous, formatters));
    image
        .packages()
        .forEach(
            (name, version) -> {
              values.put(ONE_PACKAGE + name, PackageList.version(version));
              values.put(ONE_PACKAGE_WITH_RELEASE + name, PackageList.versionAndRelease(version));
            });
    notes
        .version()
        .map(template -> numbered(Template.fill(template, values), previous))
        .or(image::version)
        .ifPresent(version -> values.put(VERSION, version));
    String changelog = notes.changelog().orElseGet(() -> template(values, notes, previous));
    values.put(CHANGELOG, Template.fill(changelog, inMarkdown(values)));
    return new Substitutions(values);
  }

  /** Adds a number to a version that the previous image has already. */
  private static String numbered(String version, Optional<Described> previous) {
    String before = previous.flatMap(Described::version).orElse("");
    if (before.equals(version)) {
      return version + ".1";
    }
    String rest = before.startsWith(version + ".") ? before.substring(version.length() + 1) : "";
    return rest.matches("[1-9][0-9]{0,8}") ? version + "." + (Long.parseLong(rest) + 1) : version;
  }

  static String commits(List<Commit> commits, Formatters formatters) {
    return commits.isEmpty()
        ? formatters.format(Formatters.NO_COMMITS, Map.of())
        : commits.stream()
            .map(
                commit ->
                    formatters.format(
                        Formatters.COMMIT,
                        Map.of(
                            "short", commit.shortHash(),
                            "hash", commit.hash(),
                            "subject", Markdown.escaped(commit.subject()))))
            .collect(Collectors.joining());
  }

  private static String packages(
      Described image, Optional<Described> previous, Formatters formatters) {
    Map<String, String> before = previous.map(Described::packages).orElse(image.packages());
    return PackageList.changes(before, image.packages(), formatters);
  }

  /** Returns the values, escaped for Markdown. */
  private static Map<String, String> inMarkdown(Map<String, String> values) {
    Map<String, String> result = new LinkedHashMap<>(values);
    result.replaceAll(
        (name, value) -> IN_MARKDOWN.contains(name) ? value : Markdown.escaped(value));
    return result;
  }

  /** Returns the default template of a changelog. */
  private static String template(
      Map<String, String> values, Notes notes, Optional<Described> previous) {
    return (values.containsKey(VERSION) ? "# <version>\n\n" : "")
        + (previous.isEmpty()
            ? "There is no image before it to compare it with.\n"
            : (values.containsKey(PREVIOUS) ? "Changes since <previous>\n\n" : "")
                + (notes.commits().isEmpty() ? "" : "## Commits\n\n<commits>\n")
                + "## Packages\n\n<pkgupd>");
  }

  /** The image's version; empty if it has none. */
  public Optional<String> version() {
    return Optional.ofNullable(values.get(VERSION));
  }

  /** Returns the changelog. */
  public String changelog() {
    return fill("<" + CHANGELOG + ">");
  }

  /** Replaces the names in a template by their values. Names without a value stay unchanged. */
  public String fill(String template) {
    return Template.fill(template, values);
  }

  /** Returns the known names in a template that have no value, in the template's order. */
  public List<String> missing(String template) {
    return Template.names(template).stream()
        .filter(name -> !values.containsKey(name))
        .filter(
            name ->
                NAMES.contains(name)
                    || name.startsWith(ONE_PACKAGE)
                    || name.startsWith(ONE_PACKAGE_WITH_RELEASE))
        .toList();
  }
}

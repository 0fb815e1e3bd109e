package dev.varve.runner.container;

import dev.varve.core.compress.Compression;
import dev.varve.core.notes.Formatters;
import dev.varve.core.notes.Notes;
import dev.varve.runner.RechunkRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the tool's last script is told, in variables. A container gets them as arguments, and no
 * shell of ours sees them.
 *
 * <p>PREV_REF is not among them: the script would fetch that image's manifest itself, without a
 * login, and go on without it where that fails. Varve has read it already, checked it, and lays it
 * where the script looks for it before it fetches anything.
 */
final class ChunkVariables {
  static final String PREVIOUS_MANIFEST = "_previous.manifest.json";

  /** What the tool takes apart from other labels: the version, and what may have several lines. */
  private static final Set<String> OWN_WAY =
      Set.of(Notes.VERSION_LABEL, Notes.DESCRIPTION_LABEL, Notes.REVISION_LABEL);

  /** The tool hands a revision to a shell: nothing that a shell would see something in. */
  private static final Pattern REVISION = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_./-]*");

  private static final String TODAY = "<date>";
  private static final String UNNAMED = "image";

  /** The kernel takes no argument that is longer, in bytes, and the variable's name is in it. */
  private static final int LONGEST = 120_000;

  private ChunkVariables() {}

  /** The directory of the result: the reference's last part, in letters that no script minds. */
  static String outName(String reference) {
    String name = reference.replaceAll("^[a-z-]+:", "");
    String last = name.substring(name.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9._-]", "_");
    return last.isEmpty() || last.startsWith("-") || last.startsWith("_") || last.startsWith(".")
        ? UNNAMED + last
        : last;
  }

  /**
   * The variables.
   *
   * @throws IllegalArgumentException for what can't be told in variables; the message names it
   */
  static Map<String, String> of(
      RechunkRequest request, ContainerSettings settings, boolean previous) {
    Map<String, String> variables = new LinkedHashMap<>();
    String name = outName(request.source().reference());
    variables.put("OUT_NAME", name);
    variables.put("OUT_REF", "oci:" + name);
    variables.put("REPO", "/var/ostree/repo");
    boolean fresh = settings.clearPlan() || !previous;
    request
        .askedMaxLayers()
        .ifPresent(most -> variables.put("MAX_LAYERS", Integer.toString(planned(most, fresh))));
    request
        .askedCompression()
        .filter(Compression.parse("none")::equals)
        .ifPresent(how -> variables.put("SKIP_COMPRESSION", "1"));
    if (previous) {
      variables.put("PREV_MANIFEST", "/workspace/" + PREVIOUS_MANIFEST);
    }
    if (fresh) {
      variables.put("CLEAR_PLAN", "1");
    }
    List<String> labels = labels(request);
    if (!labels.isEmpty()) {
      variables.put("LABELS", String.join("\n", labels));
    }
    List<String> formatters = formatters(request.notes().formatters());
    if (!formatters.isEmpty()) {
      variables.put("FORMATTERS", String.join("\n", formatters));
    }
    variables.put("VERSION", version(request));
    variables.put("VERSION_FN", "/workspace/version.txt");
    request.notes().pretty().ifPresent(text -> variables.put("PRETTY", text));
    request.notes().changelog().ifPresent(text -> variables.put("CHANGELOG", text));
    label(request, Notes.DESCRIPTION_LABEL).ifPresent(text -> variables.put("DESCRIPTION", text));
    label(request, Notes.REVISION_LABEL)
        .filter(ChunkVariables::isRevision)
        .ifPresent(commit -> variables.put("REVISION", commit));
    settings.git().ifPresent(checkout -> variables.put("GIT_DIR", "/var/git"));
    variables.forEach(ChunkVariables::requireShort);
    return variables;
  }

  /**
   * How many layers the tool is asked for, so that it makes at most {@code most}. It counts neither
   * the commit's layer, which comes first, nor the empty one that it adds at the end; and to a plan
   * that it continues it adds one more than it may.
   */
  private static int planned(int most, boolean fresh) {
    int uncounted = fresh ? 2 : 3;
    if (most <= uncounted) {
      throw new IllegalArgumentException(
          "planning at most "
              + most
              + " layers: the container engine adds "
              + uncounted
              + " layers to those that it divides the image into; expected more");
    }
    return most - uncounted;
  }

  /** Whether a text may be what the tool asks git for. */
  static boolean isRevision(String text) {
    return REVISION.matcher(text).matches();
  }

  /** A version that is asked for by its label is the version. */
  private static String version(RechunkRequest request) {
    return label(request, Notes.VERSION_LABEL).or(request.notes()::version).orElse(TODAY);
  }

  private static Optional<String> label(RechunkRequest request, String name) {
    return request.labels().getOrDefault(name, Optional.empty());
  }

  /** Those that are not as they are in the tool itself. */
  private static List<String> formatters(Formatters formatters) {
    List<String> lines = new ArrayList<>();
    formatters
        .templates()
        .forEach(
            (name, template) -> {
              if (!template.equals(Formatters.DEFAULT.templates().get(name))) {
                lines.add(name + "=" + template.replace("\n", "\\n"));
              }
            });
    return lines;
  }

  private static List<String> labels(RechunkRequest request) {
    List<String> lines = new ArrayList<>();
    request
        .labels()
        .forEach(
            (name, value) -> {
              if (value.isPresent() && !OWN_WAY.contains(name)) {
                lines.add(name + "=" + requireLine(name, value.get()));
              }
            });
    label(request, Notes.REVISION_LABEL)
        .filter(text -> !isRevision(text))
        .ifPresent(
            text ->
                lines.add(Notes.REVISION_LABEL + "=" + requireLine(Notes.REVISION_LABEL, text)));
    return lines;
  }

  private static String requireLine(String name, String value) {
    if (value.contains("\n") || value.contains("\r")) {
      throw new IllegalArgumentException(
          "setting the label "
              + name
              + ": the container engine takes a label in one line, got line breaks; only the"
              + " description may have several lines");
    }
    return value;
  }

  private static void requireShort(String name, String value) {
    int length = value.getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST) {
      throw new IllegalArgumentException(
          "the container engine can't be told "
              + name
              + ": expected at most "
              + LONGEST
              + " bytes, got "
              + length);
    }
  }
}

package dev.varve.runner.container;

import dev.varve.core.bytes.Quantity;
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
 * The environment variables of the tool's last script. podman receives them as arguments, without a
 * shell.
 *
 * <p>PREV_REF is not set: with it the script would fetch the previous image's manifest itself,
 * without a login, and continue without the manifest on failure. Varve has read and checked the
 * manifest already, and writes it to the file that the script prefers.
 */
final class ChunkVariables {
  static final String PREVIOUS_MANIFEST = "_previous.manifest.json";

  /**
   * Labels that have variables of their own in the tool: the version, and texts of several lines.
   */
  private static final Set<String> OWN_WAY =
      Set.of(Notes.VERSION_LABEL, Notes.DESCRIPTION_LABEL, Notes.REVISION_LABEL);

  /** Revisions without characters that are special in a shell, to which the tool passes them. */
  private static final Pattern REVISION = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_./-]*");

  private static final String TODAY = "<date>";
  private static final String UNNAMED = "image";

  /** The kernel's limit on an argument, in bytes, which includes the variable's name. */
  private static final int LONGEST = 120_000;

  private ChunkVariables() {}

  /** Returns the name of the result's directory: the reference's last part, with safe letters. */
  static String outName(String reference) {
    String name = reference.replaceAll("^[a-z-]+:", "");
    String last = name.substring(name.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9._-]", "_");
    return last.isEmpty() || last.startsWith("-") || last.startsWith("_") || last.startsWith(".")
        ? UNNAMED + last
        : last;
  }

  /**
   * Returns the variables.
   *
   * @throws IllegalArgumentException for a field that variables can't express; the message names it
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
        .maxLayers()
        .ifPresent(most -> variables.put("MAX_LAYERS", Integer.toString(planned(most, fresh))));
    if (settings.fastCompression()) {
      variables.put("SKIP_COMPRESSION", "1");
    }
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
   * Returns the number to request from the tool, which then makes at most {@code most} layers. The
   * tool does not count the first layer, with the commit, and the empty last one, and makes one
   * layer too many when it continues a plan.
   */
  private static int planned(int most, boolean fresh) {
    int uncounted = fresh ? 2 : 3;
    if (most <= uncounted) {
      throw new IllegalArgumentException(
          "planning at most "
              + Quantity.of(most, "layer")
              + ": the container engine adds "
              + uncounted
              + " layers of its own; expected a larger number");
    }
    return most - uncounted;
  }

  /** Whether the tool can ask git for a revision with this name. */
  static boolean isRevision(String text) {
    return REVISION.matcher(text).matches();
  }

  /** Returns the version: the label that was asked for comes first. */
  private static String version(RechunkRequest request) {
    return label(request, Notes.VERSION_LABEL).or(request.notes()::version).orElse(TODAY);
  }

  private static Optional<String> label(RechunkRequest request, String name) {
    return request.labels().getOrDefault(name, Optional.empty());
  }

  /** Returns the formatters that differ from the tool's own. */
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
              + ": the container engine requires a label of one line, got line breaks; only the"
              + " description may have several lines");
    }
    return value;
  }

  private static void requireShort(String name, String value) {
    int length = value.getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST) {
      throw new IllegalArgumentException(
          "passing "
              + name
              + " to the container engine: expected at most "
              + LONGEST
              + " bytes, got "
              + length);
    }
  }
}

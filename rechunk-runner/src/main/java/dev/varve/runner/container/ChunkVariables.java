package dev.varve.runner.container;

import dev.varve.core.compress.Compression;
import dev.varve.runner.RechunkRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the tool's last script is told, in variables. A container gets them as arguments, and no
 * shell of ours sees them.
 *
 * <p>PREV_REF is not among them: the script would fetch that image's manifest itself, without a
 * login, and go on without it where that fails. Varve has read it already, checked it, and lays it
 * where the script looks for it before it fetches anything.
 */
final class ChunkVariables {
  /** What the new image is called by the tool, and its version by others. */
  static final String VERSION_LABEL = "org.opencontainers.image.version";

  static final String PREVIOUS_MANIFEST = "_previous.manifest.json";

  private static final String UNNAMED = "image";

  /** The kernel takes no argument that is longer. */
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
    request.askedMaxLayers().ifPresent(most -> variables.put("MAX_LAYERS", Integer.toString(most)));
    request
        .askedCompression()
        .filter(Compression.parse("none")::equals)
        .ifPresent(how -> variables.put("SKIP_COMPRESSION", "1"));
    if (previous) {
      variables.put("PREV_MANIFEST", "/workspace/" + PREVIOUS_MANIFEST);
    }
    if (settings.clearPlan() || !previous) {
      variables.put("CLEAR_PLAN", "1");
    }
    List<String> labels = labels(request);
    if (!labels.isEmpty()) {
      variables.put("LABELS", String.join("\n", labels));
    }
    if (!settings.formatters().isEmpty()) {
      variables.put(
          "FORMATTERS",
          settings.formatters().entrySet().stream()
              .map(each -> each.getKey() + "=" + each.getValue().replace("\n", "\\n"))
              .collect(Collectors.joining("\n")));
    }
    variables.put("VERSION", version(request, settings));
    variables.put("VERSION_FN", "/workspace/version.txt");
    variables.putAll(settings.texts());
    settings.git().ifPresent(checkout -> variables.put("GIT_DIR", "/var/git"));
    variables.forEach(ChunkVariables::requireShort);
    return variables;
  }

  /** A version that is asked for by its label is the version. */
  private static String version(RechunkRequest request, ContainerSettings settings) {
    return Optional.ofNullable(request.labels().get(VERSION_LABEL))
        .flatMap(value -> value)
        .orElse(settings.version());
  }

  private static List<String> labels(RechunkRequest request) {
    List<String> lines = new ArrayList<>();
    request
        .labels()
        .forEach(
            (name, value) -> {
              if (value.isPresent() && !name.equals(VERSION_LABEL)) {
                lines.add(name + "=" + requireLine(name, value.get()));
              }
            });
    return lines;
  }

  private static String requireLine(String name, String value) {
    if (value.contains("\n") || value.contains("\r")) {
      throw new IllegalArgumentException(
          "--label "
              + name
              + ": the container engine takes a label in one line, got line breaks; --description"
              + " takes text of several lines");
    }
    return value;
  }

  private static void requireShort(String name, String value) {
    if (value.length() > LONGEST) {
      throw new IllegalArgumentException(
          "the container engine can't be told "
              + name
              + ": expected at most "
              + LONGEST
              + " characters, got "
              + value.length());
    }
  }
}

package dev.varve.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads code and commands from the project's documents. */
public final class Documents {
  /** The project's directory; the working directory of tests is that of a module. */
  public static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** The page that is generated from the help. */
  public static final String COMMANDS = "docs/reference/commands.md";

  /** The directory of the documents' example repository, relative to {@link #ROOT}. */
  public static final String EXAMPLE = "docs/examples/custom-image";

  public static final String JUSTFILE = EXAMPLE + "/Justfile";

  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern FENCE = Pattern.compile("( *)```([a-z]*)");
  private static final Pattern SETTING = Pattern.compile("([a-z]+)(?: :=|=) ?\"([^\"]*)\"");

  private Documents() {}

  public static List<String> lines(String document) throws IOException {
    return Files.readAllLines(ROOT.resolve(document));
  }

  /** Returns the pages that are not generated: README, AGENTS, CHANGELOG and the pages in docs. */
  public static List<String> pages() throws IOException {
    List<String> pages = new ArrayList<>(List.of("README.md", "AGENTS.md", "CHANGELOG.md"));
    try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
      files
          .map(file -> ROOT.relativize(file).toString())
          .filter(file -> file.endsWith(".md") && !file.equals(COMMANDS))
          .sorted()
          .forEach(pages::add);
    }
    return pages;
  }

  /** Returns the lines below a heading, up to the next heading. */
  public static List<String> section(String document, String heading) throws IOException {
    List<String> lines = lines(document);
    int start = lines.indexOf(heading);
    if (start < 0) {
      throw new IllegalArgumentException(document + " has no heading \"" + heading + "\"");
    }
    boolean fenced = false;
    for (int end = start + 1; end < lines.size(); end++) {
      fenced ^= FENCE.matcher(lines.get(end)).matches();
      if (!fenced && lines.get(end).matches("##? .*")) {
        return lines.subList(start + 1, end);
      }
    }
    return lines.subList(start + 1, lines.size());
  }

  /** Returns the fenced blocks of code in a language, without the indentation of their fences. */
  public static List<List<String>> blocks(List<String> lines, String language) {
    List<List<String>> blocks = new ArrayList<>();
    List<String> block = new ArrayList<>();
    String opened = "";
    int indentation = 0;
    boolean fenced = false;
    for (String line : lines) {
      Matcher fence = FENCE.matcher(line);
      if (fence.matches()) {
        if (fenced && opened.equals(language)) {
          blocks.add(List.copyOf(block));
        }
        block.clear();
        fenced = !fenced;
        indentation = fence.group(1).length();
        opened = fence.group(2);
      } else if (fenced) {
        block.add(line.substring(Math.min(indentation, line.length())));
      }
    }
    return blocks;
  }

  /** Returns the command lines in blocks of shell code, without comments. */
  public static List<String> commandLines(List<String> lines) {
    return blocks(lines, "sh").stream()
        .flatMap(block -> joined(block).stream())
        .filter(
            line ->
                line.matches(
                    "(sudo )?(cli/bin/)?varve .*|(sudo )?(mvn|bash|podman|skopeo|cosign) .*"))
        .toList();
  }

  /** Returns the lines without comments, each joined with its continuation lines. */
  private static List<String> joined(List<String> block) {
    List<String> lines = new ArrayList<>();
    String open = "";
    for (String line : block) {
      String all = open + line.replaceFirst("(^| +)# .*", "").strip();
      open = all.endsWith("\\") ? all.substring(0, all.length() - 1) : "";
      if (open.isEmpty()) {
        lines.add(all);
      }
    }
    return lines;
  }

  /**
   * Returns the commands of Varve in the example's Justfile, in order, with the values of its
   * variables.
   */
  public static List<String> recipeLines() throws IOException {
    Map<String, String> values = new HashMap<>(Map.of("from", "40-20251010"));
    List<String> lines = new ArrayList<>();
    for (String line : joined(lines(JUSTFILE))) {
      Matcher setting = SETTING.matcher(line);
      if (!line.startsWith("varve ")) {
        while (setting.find()) {
          values.put(setting.group(1), setting.group(2));
        }
      } else {
        lines.add(line);
      }
    }
    return lines.stream()
        .map(
            line ->
                Pattern.compile("\\{\\{([a-z]+)}}")
                    .matcher(line)
                    .replaceAll(name -> values.get(name.group(1))))
        .toList();
  }

  /** Returns the inline code in a text. */
  public static List<String> code(String text) {
    List<String> code = new ArrayList<>();
    Matcher matcher = CODE.matcher(text.replace("\\|", "|"));
    while (matcher.find()) {
      code.add(matcher.group(1));
    }
    return code;
  }

  /** Splits a command line into words as a shell does, up to a pipe or a redirection. */
  public static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    Matcher matcher = Pattern.compile("('[^']*'|\"[^\"]*\"|[^\\s'\"])+").matcher(line);
    while (matcher.find()) {
      String word = matcher.group();
      if (word.matches("[<>].*") || word.startsWith("2>") || word.equals("|")) {
        break;
      }
      words.add(word.replaceAll("['\"]", ""));
    }
    return words;
  }
}

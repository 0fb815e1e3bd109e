package dev.varve.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the project's documents say that can be tried. */
final class Documents {
  /** The project's directory: tests run in a module's. */
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  private Documents() {}

  static List<String> lines(String document) throws IOException {
    return Files.readAllLines(ROOT.resolve(document));
  }

  /** The lines from a heading to the next. */
  static List<String> section(String document, String heading) throws IOException {
    List<String> lines = lines(document);
    int start = lines.indexOf(heading);
    if (start < 0) {
      throw new IllegalArgumentException(document + " has no heading \"" + heading + "\"");
    }
    int end = start + 1;
    while (end < lines.size() && !lines.get(end).matches("##? .*")) {
      end++;
    }
    return lines.subList(start + 1, end);
  }

  /** The blocks of code, which are indented by four, without the indentation. */
  static List<List<String>> blocks(List<String> lines) {
    List<List<String>> blocks = new ArrayList<>();
    List<String> block = new ArrayList<>();
    boolean fenced = false;
    for (String line : lines) {
      fenced ^= line.startsWith("```");
      if (!fenced && (line.startsWith("    ") || (line.isEmpty() && !block.isEmpty()))) {
        block.add(line.isEmpty() ? "" : line.substring(4));
      } else if (!block.isEmpty()) {
        blocks.add(List.copyOf(block));
        block.clear();
      }
    }
    if (!block.isEmpty()) {
      blocks.add(List.copyOf(block));
    }
    return blocks;
  }

  /** The command lines in blocks of code, as one would paste them, without comments. */
  static List<String> commandLines(List<String> lines) {
    List<String> commands = new ArrayList<>();
    for (List<String> block : blocks(lines)) {
      String open = "";
      for (String line : block) {
        String all = open + line.replaceFirst("(^| +)# .*", "").strip();
        open = all.endsWith("\\") ? all.substring(0, all.length() - 1) : "";
        if (open.isEmpty()
            && all.matches(
                "(sudo )?(cli/bin/)?varve .*|(sudo )?(mvn|bash|podman|skopeo|cosign) .*")) {
          commands.add(all);
        }
      }
    }
    return commands;
  }

  /** What is set in code in a text. */
  static List<String> code(String text) {
    List<String> code = new ArrayList<>();
    Matcher matcher = CODE.matcher(text.replace("\\|", "|"));
    while (matcher.find()) {
      code.add(matcher.group(1));
    }
    return code;
  }

  /**
   * The words of a line, as a shell takes them apart; what follows a pipe or {@code >} is not the
   * command's.
   */
  static List<String> words(String line) {
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

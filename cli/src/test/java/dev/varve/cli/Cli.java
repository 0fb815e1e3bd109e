package dev.varve.cli;

import dev.varve.cli.terminal.Answers;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.ResultStream;
import dev.varve.cli.terminal.Secrets;
import dev.varve.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** Runs varve in this process, on files in a directory of the test. */
public final class Cli {
  /** The default time of the clock. */
  private static final Instant NOW = Instant.parse("2025-10-11T23:30:00Z");

  private final Path directory;
  private final Map<String, String> environment = new HashMap<>();
  private Answers answers = Answers.NONE;
  private Instant now = NOW;
  private Runnable timeMeasurement = () -> {};

  public Cli(Path directory) {
    this.directory = directory;
    try {
      Path scratch = Files.createDirectories(directory.resolve("scratch"));
      environment.put("TMPDIR", scratch.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    environment.put("HOME", directory.resolve("home").toString());
    environment.put("XDG_RUNTIME_DIR", directory.toString());
  }

  /**
   * The result of a run. In its texts, {@code DIR} stands for the directory.
   *
   * @param out the standard output: the result
   * @param err the standard error: progress, notices and failures
   */
  public record Run(int exitCode, String out, String err) {
    public JsonObject json() throws IOException {
      return JsonObject.parse(out.getBytes(StandardCharsets.UTF_8), "the output");
    }

    /** Returns the lines of progress, notices and failures. */
    public List<String> lines() {
      return err.lines().toList();
    }

    /** Returns the lines of the result. */
    public List<String> report() {
      return out.lines().toList();
    }

    /** Returns {@link #lines()} with placeholders for digests. */
    public List<String> linesWithoutDigests() {
      return withoutDigests(lines());
    }

    /** Returns {@link #report()} with placeholders for digests. */
    public List<String> reportWithoutDigests() {
      return withoutDigests(report());
    }

    private static List<String> withoutDigests(List<String> lines) {
      return lines.stream()
          .map(
              line ->
                  line.replaceAll("[0-9a-f]{64}", "…")
                      .replaceAll("\\b[0-9a-f]{12}\\b", "digest123456"))
          .toList();
    }
  }

  public Cli with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** Sets the answers to the questions of commands. */
  public Cli withAnswers(Answers newAnswers) {
    answers = newAnswers;
    return this;
  }

  /** Sets the time of the clock. */
  public Cli at(String instant) {
    now = Instant.parse(instant);
    return this;
  }

  /** Runs this work whenever the start or end of a duration is measured. */
  public Cli onTimeMeasurement(Runnable work) {
    timeMeasurement = work;
    return this;
  }

  /** Runs a command line; {@code DIR} in it stands for the directory. */
  public Run run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console = console(out, err);
    String[] expanded = new String[args.length];
    for (int i = 0; i < args.length; i++) {
      expanded[i] = args[i].replace("DIR", directory.toString());
    }
    return new Run(Main.run(console, expanded), text(out), text(err));
  }

  /**
   * Starts a command line as {@link #run} does, but in a process of its own, which a test can kill.
   *
   * @param output the file for its standard output and standard error
   */
  public Process start(Path output, String... args) throws IOException {
    return start(List.of(), output, args);
  }

  /**
   * Starts a command line as {@link #start(Path, String...)} does, below another program.
   *
   * @param program the program and its arguments, such as a tracer
   */
  public Process start(List<String> program, Path output, String... args) throws IOException {
    List<String> line = new ArrayList<>(program);
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    for (String arg : args) {
      line.add(arg.replace("DIR", directory.toString()));
    }
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().putAll(environment);
    return builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
  }

  /** Returns the command line with all its commands. */
  public CommandLine commandLine() {
    return Main.allCommands(console(new ByteArrayOutputStream(), new ByteArrayOutputStream()));
  }

  private Console console(OutputStream out, OutputStream err) {
    return new Console(
        new ResultStream(out),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        environment,
        false,
        () -> {
          timeMeasurement.run();
          return 0;
        },
        Clock.fixed(now, ZoneOffset.UTC),
        answers,
        Secrets.NONE);
  }

  private String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8).replace(directory.toString(), "DIR");
  }

  /** Returns the files in the scratch directory. */
  public List<Path> scratch() throws IOException {
    Path scratch = directory.resolve("scratch");
    if (!Files.exists(scratch)) {
      return List.of();
    }
    try (var files = Files.list(scratch)) {
      return files.toList();
    }
  }

  /**
   * Lets an hour pass for the scratch directory of a run that was killed before it had claimed the
   * directory, because a run in another container may be about to claim it.
   */
  public void ageScratch() throws IOException {
    FileTime before = FileTime.from(Instant.now().minus(Duration.ofHours(2)));
    for (Path each : scratch()) {
      Files.setLastModifiedTime(each, before);
    }
  }
}

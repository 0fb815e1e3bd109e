package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs command lines in a process of their own below strace, which kills the process at a system
 * call, or makes the system call fail.
 */
final class TracedCli {
  /** System calls that change files or send bytes, by kinds that are counted together. */
  private static final List<String> KINDS =
      List.of(
          "?open,openat",
          "?mkdir,mkdirat",
          "?link,linkat",
          "write,pwrite64,writev,sendto,sendfile,copy_file_range",
          "?rename,renameat,renameat2",
          "?unlink,unlinkat,?rmdir",
          "fsync,fdatasync");

  private static final Pattern CALL = Pattern.compile("([0-9]+) +([a-z0-9_]+)\\((.*)");

  private final Cli cli;
  private final Path directory;

  /**
   * Creates a runner.
   *
   * @param directory the directory of the command line, which receives the trace and the output
   */
  TracedCli(Cli cli, Path directory) {
    // Fewer threads and less compilation: each system call of a traced process costs time.
    this.cli = cli.with("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    this.directory = directory;
  }

  /**
   * A place in a run.
   *
   * @param kind the system calls that are counted
   * @param number the number of the call in its thread, from 1
   */
  record Point(String kind, int number) {
    /** The number of files that Java opens when it starts, at least. */
    private static final int OPENED_BY_JAVA = 100;

    /** Whether Java itself, when it starts, comes to a call with this number. */
    boolean isOfJava() {
      return kind.contains("open") && number <= OPENED_BY_JAVA;
    }
  }

  /**
   * The end of a run.
   *
   * @param output what the process printed
   * @param injected the system calls that were made to fail
   */
  record Ended(int exitCode, String output, List<String> injected) {}

  /**
   * Runs a command line, and returns the points at which it changes files below the directory, or
   * sends bytes to a port.
   *
   * @param names texts that the paths, or the addresses of connections, contain
   */
  Set<Point> points(Collection<String> names, String... args) throws Exception {
    Ended ended = run("", List.of(), args);
    assertThat(ended.exitCode()).as(ended.output()).isZero();
    Map<String, Integer> counts = new HashMap<>();
    Set<Point> points = new LinkedHashSet<>();
    for (String line : Files.readAllLines(trace(), StandardCharsets.ISO_8859_1)) {
      Matcher call = CALL.matcher(line);
      if (call.matches()) {
        String kind = kind(call.group(2));
        int number = counts.merge(call.group(1) + kind, 1, Integer::sum);
        boolean changes = !kind.contains("open") || line.contains("O_CREAT");
        if (changes && names.stream().anyMatch(call.group(3)::contains)) {
          points.add(new Point(kind, number));
        }
      }
    }
    return points;
  }

  private static String kind(String call) {
    return KINDS.stream()
        .filter(kind -> Arrays.asList(kind.replace("?", "").split(",")).contains(call))
        .findFirst()
        .orElseThrow(() -> new AssertionError("an unexpected system call: " + call));
  }

  /** Kills the process by SIGKILL before the first thread makes the system call. */
  Ended kill(Point point, String... args) throws Exception {
    return inject("signal=SIGKILL", point, args);
  }

  /** Makes the system call fail, in each thread that comes to it. */
  Ended fail(Point point, String error, String... args) throws Exception {
    return inject("error=" + error, point, args);
  }

  private Ended inject(String what, Point point, String... args) throws Exception {
    String all = "inject=" + point.kind() + ":" + what + ":when=" + point.number();
    return run(what, List.of("-e", all), args);
  }

  private Path trace() {
    return directory.resolve("trace");
  }

  private Ended run(String what, List<String> options, String... args) throws Exception {
    List<String> line = new ArrayList<>(List.of("strace", "-f", "-qq", "-yy"));
    if (!what.startsWith("signal")) {
      line.add("--seccomp-bpf"); // faster, but without signals
    }
    line.addAll(List.of("-o", trace().toString(), "-e", "trace=" + String.join(",", KINDS)));
    line.addAll(options);
    Path output = directory.resolve("output");
    Process process = cli.start(line, output, args);
    try {
      int exitCode = process.waitFor();
      List<String> injected =
          Files.readAllLines(trace(), StandardCharsets.ISO_8859_1).stream()
              .filter(call -> call.endsWith("(INJECTED)"))
              .toList();
      return new Ended(exitCode, Files.readString(output), injected);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Removes the trace and the output. */
  void clear() throws IOException {
    Files.deleteIfExists(trace());
    Files.deleteIfExists(directory.resolve("output"));
  }
}

package dev.varve.cli.github;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.cli.YamlNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs steps of the project's workflows and composite actions with the same shell, variables and
 * files as GitHub's runner. Skips steps that use other projects' actions.
 */
final class ActionsRunner {
  private static final String OWN = "$/";

  private final Path directory;
  private final Path project;
  private final Map<String, String> variables = new HashMap<>();
  private final List<String> log = new ArrayList<>();
  private String path;

  /**
   * @param directory the directory for all written files, including the workspace
   * @param project the directory of the project with the actions
   */
  ActionsRunner(Path directory, Path project) throws IOException {
    this.directory = directory;
    this.project = project;
    for (String each : List.of("workspace", "temp", "home", "bin")) {
      Files.createDirectories(directory.resolve(each));
    }
    program("sudo", "while [ \"${1#-}\" != \"$1\" ]; do shift; done\nexec \"$@\"\n");
    path = directory.resolve("bin") + ":" + System.getenv("PATH");
    variables.putAll(
        Map.ofEntries(
            Map.entry("CI", "true"),
            Map.entry("GITHUB_ACTIONS", "true"),
            Map.entry("GITHUB_EVENT_NAME", "schedule"),
            Map.entry("GITHUB_REF", "refs/heads/main"),
            Map.entry("GITHUB_REPOSITORY", "Owner/os"),
            Map.entry("GITHUB_REPOSITORY_OWNER", "Owner"),
            Map.entry("GITHUB_RUN_ID", "7"),
            Map.entry("GITHUB_SERVER_URL", "https://github.com"),
            Map.entry("GITHUB_SHA", "0123456789012345678901234567890123456789"),
            Map.entry("GITHUB_WORKSPACE", workspace().toString()),
            Map.entry("HOME", directory.resolve("home").toString()),
            Map.entry("RUNNER_TEMP", directory.resolve("temp").toString()),
            Map.entry("TMPDIR", directory.resolve("temp").toString())));
  }

  /** Thrown if a step fails; the message has the step's output. */
  static final class FailedStep extends IOException {
    private static final long serialVersionUID = 1L;

    FailedStep(String name, int exitCode, String output) {
      super(name + ": exit code " + exitCode + "\n" + output);
    }
  }

  Path workspace() {
    return directory.resolve("workspace");
  }

  /** Returns the lines that all steps printed. */
  List<String> log() {
    return log;
  }

  ActionsRunner with(String variable, String value) {
    variables.put(variable, value);
    return this;
  }

  /** Adds a program that takes precedence over the machine's programs. */
  void program(String name, String script) throws IOException {
    Path file = directory.resolve("bin").resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script);
    if (!file.toFile().setExecutable(true)) {
      throw new IOException(file + " can't be made executable");
    }
  }

  /** Runs a composite action and returns its outputs. */
  Map<String, String> action(String name, Map<String, String> given) throws Exception {
    Path home = project.resolve(".github/actions").resolve(name);
    YamlNode action = YamlNode.read(home.resolve("action.yml"));
    Map<String, Object> inputs = defaults(action.get("inputs"));
    if (!inputs.keySet().containsAll(given.keySet())) {
      throw new IllegalArgumentException(name + " has no input for some of " + given.keySet());
    }
    inputs.putAll(given);
    Map<String, Object> contexts = new HashMap<>(Map.of("inputs", inputs));
    run(action.get("runs").get("steps").items(), contexts, home);
    Map<String, String> outputs = new LinkedHashMap<>();
    action
        .get("outputs")
        .entries()
        .forEach(
            (output, facts) ->
                outputs.put(output, new Expressions(contexts).fill(facts.get("value").text())));
    return outputs;
  }

  /** Runs a job of a workflow, and returns its outputs. */
  Map<String, String> job(String workflow, String job, Map<String, Object> given) throws Exception {
    YamlNode facts = workflow(workflow).get("jobs").get(job);
    Map<String, Object> contexts = new HashMap<>(given);
    run(facts.get("steps").items(), contexts, project);
    return filled(new Expressions(contexts), facts.get("outputs"));
  }

  /** Returns the defaults of the inputs of a reusable workflow. */
  Map<String, Object> defaults(String workflow) throws IOException {
    return defaults(workflow(workflow).get("on").get("workflow_call").get("inputs"));
  }

  private static Map<String, Object> defaults(YamlNode inputs) {
    Map<String, Object> defaults = new HashMap<>();
    inputs.entries().forEach((input, facts) -> defaults.put(input, facts.get("default").text()));
    return defaults;
  }

  private YamlNode workflow(String name) throws IOException {
    return YamlNode.read(project.resolve(".github/workflows").resolve(name));
  }

  private void run(List<YamlNode> steps, Map<String, Object> contexts, Path home) throws Exception {
    Map<String, Object> done = new HashMap<>();
    contexts.put("steps", done);
    contexts.put("env", variables);
    Expressions expressions = new Expressions(contexts);
    for (YamlNode step : steps) {
      String uses = step.get("uses").text();
      String condition = step.get("if").text();
      boolean others = !uses.isEmpty() && !uses.startsWith(OWN);
      if (others || !(condition.isEmpty() || expressions.holds(condition))) {
        continue;
      }
      Map<String, String> outputs =
          uses.isEmpty()
              ? script(step, filled(expressions, step.get("env")), home)
              : action(
                  uses.substring(uses.lastIndexOf('/') + 1), filled(expressions, step.get("with")));
      done.put(step.get("id").text(), Map.of("outputs", outputs));
    }
  }

  private static Map<String, String> filled(Expressions expressions, YamlNode values) {
    Map<String, String> filled = new HashMap<>();
    values.entries().forEach((name, value) -> filled.put(name, expressions.fill(value.text())));
    return filled;
  }

  private Map<String, String> script(YamlNode step, Map<String, String> environment, Path home)
      throws Exception {
    String text = step.get("run").text();
    if (text.contains("${{")) {
      throw new IllegalArgumentException("an expression in a script is an injection: " + text);
    }
    if (!step.get("shell").text().equals("bash")) {
      throw new IllegalArgumentException("no shell is named for " + step.get("name").text());
    }
    Path script = Files.writeString(Files.createTempFile(directory, "step", ".sh"), text);
    Path output = Files.createTempFile(directory, "output", null);
    Path added = Files.createTempFile(directory, "path", null);
    Path set = Files.createTempFile(directory, "env", null);
    ProcessBuilder builder =
        new ProcessBuilder("bash", "--noprofile", "--norc", "-eo", "pipefail", script.toString())
            .directory(workspace().toFile())
            .redirectErrorStream(true);
    builder.environment().keySet().removeAll(Set.of("REGISTRY_AUTH_FILE", "DOCKER_CONFIG"));
    builder.environment().putAll(variables);
    builder.environment().putAll(environment);
    builder.environment().put("PATH", path);
    builder.environment().put("GITHUB_ACTION_PATH", home.toString());
    builder.environment().put("GITHUB_ENV", set.toString());
    builder.environment().put("GITHUB_OUTPUT", output.toString());
    builder.environment().put("GITHUB_PATH", added.toString());
    builder.environment().put("GITHUB_STEP_SUMMARY", directory.resolve("summary").toString());
    Process process = builder.start();
    process.getOutputStream().close();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    printed.lines().forEach(log::add);
    int exitCode = process.waitFor();
    if (exitCode != 0) {
      throw new FailedStep(step.get("name").text(), exitCode, printed);
    }
    for (String line : Files.readAllLines(added)) {
      path = line + ":" + path;
    }
    variables.putAll(assignments(Files.readAllLines(set)));
    return assignments(Files.readAllLines(output));
  }

  private static Map<String, String> assignments(List<String> lines) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      int equals = line.indexOf('=');
      int marker = line.indexOf("<<");
      if (marker >= 0 && (equals < 0 || marker < equals)) {
        int end = lines.subList(i + 1, lines.size()).indexOf(line.substring(marker + 2)) + i + 1;
        values.put(line.substring(0, marker), String.join("\n", lines.subList(i + 1, end)));
        i = end;
      } else {
        values.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return values;
  }
}

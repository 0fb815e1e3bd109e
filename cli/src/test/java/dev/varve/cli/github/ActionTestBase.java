package dev.varve.cli.github;

import dev.varve.cli.Documents;
import dev.varve.cli.Sample;
import dev.varve.cli.Tools;
import dev.varve.core.json.JsonObject;
import dev.varve.registry.RealRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** Runs the composite actions step by step, with the built jar and distribution's registry. */
@Tag("judge")
abstract class ActionTestBase {
  static final Path JAR = Documents.ROOT.resolve("cli/target/varve.jar");

  /** The machine's date, which the command uses. */
  final String today =
      LocalDate.now(ZoneOffset.UTC).format(DateTimeFormatter.ofPattern("yyyyMMdd"));

  @TempDir Path directory;
  RealRegistry registry;
  Tools tools;
  ActionsRunner runner;

  @BeforeEach
  void start() throws IOException {
    tools = new Tools(directory, "skopeo");
    registry = RealRegistry.startWithLogin();
    tools.login(registry);
    runner = new ActionsRunner(directory, Documents.ROOT);
    build("1");
  }

  @AfterEach
  void stop() throws IOException {
    if (registry != null) {
      registry.close();
    }
  }

  void build(String content) throws IOException {
    new Sample()
        .file("a", "1")
        .file("b", content)
        .label("kept", "yes")
        .writeTo(directory.resolve("build"), "os");
  }

  Map<String, String> inputs(String... namesAndValues) {
    Map<String, String> inputs = new HashMap<>();
    inputs.put("jar", JAR.toString());
    inputs.put("ref", "oci:" + directory.resolve("build") + ":os");
    inputs.put("registry", registry.host());
    inputs.put("username", RealRegistry.USER);
    inputs.put("password", RealRegistry.PASSWORD);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      inputs.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return inputs;
  }

  JsonObject inspect(String reference) throws Exception {
    return tools.json("skopeo", "inspect", "--tls-verify=false", reference);
  }

  static String ref(Map<String, String> outputs) {
    return outputs.getOrDefault("ref", "");
  }

  static Path location(Map<String, String> outputs) {
    return Path.of(outputs.getOrDefault("location", ""));
  }

  String repository() {
    return "docker://" + registry.host() + "/owner/my-os";
  }
}

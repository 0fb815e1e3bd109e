package dev.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.varve.core.plan.Groups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that the workflows in the documents agree with the workflow that they call. */
final class DocumentedWorkflowsTest {
  private static final String OWN = "varve-dev/varve/";

  static Stream<Arguments> workflows() throws IOException {
    String caller =
        String.join("\n", Documents.blocks(Documents.lines("README.md"), "yaml").get(0));
    return Stream.of(
        arguments("README.md", YamlNode.parse(caller)),
        arguments(
            "the example",
            YamlNode.read(
                Documents.ROOT.resolve(Documents.EXAMPLE + "/.github/workflows/build.yml"))));
  }

  private static YamlNode called(String uses) throws IOException {
    assertThat(uses).startsWith(OWN + ".github/workflows/").contains("@v");
    return YamlNode.read(Documents.ROOT.resolve(uses.substring(OWN.length(), uses.indexOf('@'))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("workflows")
  void inputsSecretsAndPermissionsAgreeWithTheCalledWorkflow(String name, YamlNode caller)
      throws IOException {
    YamlNode job = caller.get("jobs").get("image");
    YamlNode workflow = called(job.get("uses").text());
    YamlNode call = workflow.get("on").get("workflow_call");

    assertThat(call.get("inputs").entries().keySet())
        .containsAll(job.get("with").entries().keySet());
    assertThat(call.get("secrets").entries().keySet())
        .containsAll(job.get("secrets").entries().keySet());
    Map<String, YamlNode> granted = job.get("permissions").entries();
    assertThat(granted).isNotEmpty();
    for (YamlNode each : workflow.get("jobs").entries().values()) {
      assertThat(granted).containsAllEntriesOf(each.get("permissions").entries());
    }
  }

  @Test
  void theInputsForSeveralImagesExist() throws IOException {
    String block =
        String.join(
            "\n", Documents.blocks(Documents.lines("docs/how-to/variants.md"), "yaml").get(0));
    YamlNode workflow =
        YamlNode.read(Documents.ROOT.resolve(".github/workflows/rechunk-image.yml"));
    assertThat(workflow.get("on").get("workflow_call").get("inputs").entries().keySet())
        .containsAll(YamlNode.parse(block).get("with").entries().keySet());
  }

  @Test
  void theFilesOfTheExampleAgreeWithEachOther() throws IOException {
    Path example = Documents.ROOT.resolve(Documents.EXAMPLE);
    YamlNode job =
        YamlNode.read(example.resolve(".github/workflows/build.yml")).get("jobs").get("image");
    Path groups = example.resolve(job.get("with").get("meta").text());
    assertThatCode(() -> Groups.parse(Files.readString(groups), "groups.yml"))
        .doesNotThrowAnyException();
    assertThat(example.resolve("Containerfile"))
        .content()
        .contains("\nCOPY files /\n", "\nCOPY cosign.pub /usr/lib/pki/containers/me.pub\n");
    assertThat(example.resolve("files")).isDirectory();
    assertThat(Documents.lines(Documents.EXAMPLE + "/.gitignore")).contains("cosign.key");
    assertThat(job.get("with").get("version").text()).isEqualTo("44-%Y%m%d");
    assertThat(Documents.recipeLines())
        .filteredOn(line -> line.startsWith("varve publish "))
        .hasSize(2)
        .allMatch(line -> line.contains(" --version 44-%Y%m%d "));
  }
}

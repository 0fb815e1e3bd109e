package dev.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The workflow that the README has people paste fits the one that it calls. */
final class ReadmeWorkflowTest {
  private static YamlNode pasted() throws IOException {
    List<String> section = Documents.section("README.md", "## On an image of your own");
    List<String> rest = section.subList(section.indexOf("```yaml") + 1, section.size());
    return YamlNode.parse(String.join("\n", rest.subList(0, rest.indexOf("```"))));
  }

  @Test
  void itGivesWhatTheCalledWorkflowTakesAndNeeds() throws IOException {
    YamlNode job = pasted().get("jobs").get("image");
    String uses = job.get("uses").text();
    assertThat(uses).startsWith("varve-dev/varve/.github/workflows/").contains("@v");
    String called = uses.substring("varve-dev/varve/".length(), uses.indexOf('@'));
    YamlNode workflow = YamlNode.read(Documents.ROOT.resolve(called));
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
}

package dev.varve.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.packages.PackageIndex;
import dev.varve.core.plan.PlanState.ComponentState;
import dev.varve.core.tar.Xattrs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileTimesTest {
  private static final long CLAMP = 1000;

  private static Inode file(String content, long mtime) {
    return Inode.file(0644, 0, 0, mtime, Xattrs.EMPTY, TestTree.content(content));
  }

  private static FileTree.Builder tree() {
    return new FileTree.Builder();
  }

  private static List<Component> components(FileTree tree) {
    return Components.of(tree, PackageIndex.none(tree), Groups.NONE, CLAMP);
  }

  /** Returns the components of a published image, by name. */
  private static Map<String, ComponentState> published(FileTree tree) {
    Map<String, ComponentState> states = new TreeMap<>();
    for (Component component : components(tree)) {
      states.put(
          component.name(),
          new ComponentState(component.hash(), component.size(), 0, List.of(), component.times()));
    }
    return states;
  }

  private static FileTree restored(FileTree tree, FileTree previous) {
    return FileTimes.restored(tree, components(tree), published(previous));
  }

  private static List<Long> times(FileTree tree) {
    List<Long> times = new ArrayList<>();
    tree.entries().stream()
        .filter(entry -> !entry.inode().isDirectory())
        .forEach(entry -> times.add(entry.inode().mtime()));
    return times;
  }

  @Test
  void filesThatAreWrittenAnewKeepTheirTimes() {
    FileTree monday = tree().put("etc/a", file("a", 1)).put("etc/b", file("b", 2)).build();
    FileTree tuesday = tree().put("etc/a", file("a", CLAMP)).put("etc/b", file("b", 2)).build();

    FileTree restored = restored(tuesday, monday);

    assertThat(times(restored)).containsExactly(1L, 2L);
    assertThat(components(restored).get(0).hash()).isEqualTo(components(monday).get(0).hash());
  }

  @ParameterizedTest
  @CsvSource({"other, 0644, etc/b", "b, 0600, etc/b", "b, 0644, etc/c"})
  void aComponentWithAnotherFileHasTheTimesOfItsBuild(String content, String mode, String path) {
    FileTree monday = tree().put("etc/a", file("a", 1)).put("etc/b", file("b", 2)).build();
    Inode changed =
        Inode.file(Integer.parseInt(mode, 8), 0, 0, 7, Xattrs.EMPTY, TestTree.content(content));
    FileTree tuesday = tree().put("etc/a", file("a", CLAMP)).put(path, changed).build();

    assertThat(restored(tuesday, monday)).isSameAs(tuesday);
  }

  @Test
  void anUnchangedTreeStaysAsItIs() {
    FileTree monday = tree().put("etc/a", file("a", 1)).build();
    assertThat(restored(monday, monday)).isSameAs(monday);
  }

  @Test
  void otherComponentsKeepTheTimesOfTheirBuild() {
    FileTree monday = tree().put("etc/a", file("a", 1)).put("usr/b", file("b", 1)).build();
    FileTree tuesday = tree().put("etc/a", file("a", 9)).put("usr/b", file("B", 9)).build();
    assertThat(times(restored(tuesday, monday))).containsExactly(1L, 9L);
  }

  @Test
  void aFileWithTwoNamesStaysOneFile() {
    Inode before = file("a", 1);
    Inode after = file("a", 9);
    FileTree restored =
        restored(
            tree().put("etc/a", after).put("etc/b", after).build(),
            tree().put("etc/a", before).put("etc/b", before).build());
    assertThat(times(restored)).containsExactly(1L, 1L);
    assertThat(restored.find("etc/a").orElseThrow()).isSameAs(restored.find("etc/b").orElseThrow());
  }

  @Test
  void timesAreRememberedOnlyIfAFileHasItsOwn() {
    FileTree clamped = tree().put("etc/a", file("a", CLAMP)).build();
    assertThat(components(clamped).get(0).times()).isEmpty();
    FileTree own =
        tree()
            .put("etc/a", file("a", 5))
            .put("etc/b", file("b", 5))
            .put("etc/c", file("c", CLAMP))
            .build();
    assertThat(components(own).get(0).times().orElseThrow().runs())
        .containsExactly(5L, 2L, CLAMP, 1L);
  }

  @Test
  void aStateWithAnotherNumberOfTimesIsIgnored() {
    FileTree tuesday = tree().put("etc/a", file("a", 9)).build();
    FileTimes one = components(tuesday).get(0).times().orElseThrow();
    ComponentState damaged =
        new ComponentState(
            TestTree.digest("x"),
            1,
            0,
            List.of(),
            Optional.of(new FileTimes(one.files(), List.of(1L, 2L))));
    assertThat(FileTimes.restored(tuesday, components(tuesday), Map.of("dir:/etc", damaged)))
        .isSameAs(tuesday);
  }
}

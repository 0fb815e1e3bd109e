package dev.varve.core.plan;

import static dev.varve.core.plan.TestTree.directory;
import static dev.varve.core.plan.TestTree.file;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Random trees in which each path has one owner. */
class ComponentsPropertyTest {
  private static final long MIB = 1 << 20;
  private static final String COMPONENT = "user.component";

  @Property(tries = 300)
  void everyPathThatIsNoDirectoryHasExactlyOneOwner(@ForAll("trees") FileTree random) {
    List<Component> components = components(random);

    List<FileTree.Entry> owned = new ArrayList<>();
    components.stream()
        .filter(component -> !component.name().equals(Component.DIRECTORIES))
        .forEach(component -> owned.addAll(component.entries()));
    assertThat(owned)
        .containsExactlyInAnyOrderElementsOf(
            random.entries().stream().filter(entry -> !entry.inode().isDirectory()).toList());
    assertThat(components.stream().map(Component::name)).doesNotHaveDuplicates();
    IdentityHashMap<Inode, String> owners = new IdentityHashMap<>();
    for (Component component : components) {
      for (FileTree.Entry entry : component.entries()) {
        assertThat(owners.merge(entry.inode(), component.name(), (a, b) -> a.equals(b) ? a : "?"))
            .isEqualTo(component.name());
      }
    }
  }

  @Property(tries = 300)
  void everyDirectoryIsAParentOrInTheDirectoriesComponent(@ForAll("trees") FileTree random) {
    Set<String> written = new HashSet<>(Set.of(""));
    for (Component component : components(random)) {
      for (FileTree.Entry entry : component.entries()) {
        assertThat(entry.inode().isDirectory())
            .isEqualTo(component.name().equals(Component.DIRECTORIES));
        assertThat(!entry.inode().isDirectory() || !written.contains(entry.path())).isTrue();
        for (String at = entry.path(); !at.isEmpty(); at = FileTree.parent(at)) {
          written.add(at);
        }
      }
    }
    assertThat(written)
        .containsExactlyInAnyOrderElementsOf(
            random.entries().stream().map(FileTree.Entry::path).toList());
  }

  /** Makes files and directories, some of the files hard-linked, below a few names. */
  @Provide
  Arbitrary<FileTree> trees() {
    Arbitrary<String> path =
        Arbitraries.of("a", "b", "usr", "1.2", "x\uDCFF")
            .list()
            .ofMinSize(1)
            .ofMaxSize(5)
            .map(names -> String.join("/", names));
    Inode first = file(10);
    Inode second = file(2 * MIB);
    Arbitrary<Inode> inode =
        Arbitraries.of(0, 1, 2, 3, 4, 5)
            .map(
                kind ->
                    switch (kind) {
                      case 0 -> first;
                      case 1 -> second;
                      case 2 -> file(20);
                      case 3 -> file(20, COMPONENT, "c");
                      case 4 -> directory(COMPONENT, "d");
                      default -> directory();
                    });
    return Combinators.combine(path, inode)
        .as(FileTree.Entry::new)
        .list()
        .ofMaxSize(20)
        .map(
            entries -> {
              FileTree.Builder builder = new FileTree.Builder();
              entries.forEach(entry -> builder.put(entry.path(), entry.inode()));
              return builder.build();
            });
  }

  private static List<Component> components(FileTree random) {
    TestTree tree = new TestTree();
    random.entries().forEach(entry -> tree.put(entry.path(), entry.inode()));
    return tree.installed("pkg", List.of(), "a/b", "usr/a/a", "usr/1.2").components();
  }
}

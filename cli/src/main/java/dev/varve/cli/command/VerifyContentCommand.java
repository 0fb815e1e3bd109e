package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.RegistryOptions;
import dev.varve.cli.option.ScratchOption;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.Session;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.Failures;
import dev.varve.cli.terminal.Human;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.filetree.OstreeRepository;
import dev.varve.core.filetree.TreeComparison;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve verify-content}. */
@Command(
    name = "verify-content",
    description = {
      "Compares the files of two images, however they are layered.",
      "Modification times are compared only with --mtimes, and attributes that "
          + "clients set themselves are ignored. An image that OSTree encapsulates is "
          + "compared as the plain image inside. Exit code 5 if the files differ."
    },
    footer = {
      "",
      "Example:",
      "  varve verify-content containers-storage:localhost/os oci:os:today"
    })
public final class VerifyContentCommand implements Activity {
  private static final int MOST = 20;

  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private ScratchOption scratchOption;
  @Mixin private RegistryOptions registryOptions;

  @Parameters(paramLabel = "A", description = "An image, or a directory with the files of one.")
  private String first;

  @Parameters(paramLabel = "B", description = "The other one.")
  private String second;

  @Option(
      names = "--mtimes",
      description = "Compare modification times as well, which a composefs digest covers.")
  private boolean mtimes;

  @Option(names = "--all", description = "Show all differences.")
  private boolean all;

  @Option(names = "--json", description = "Print JSON on stdout.")
  private boolean json;

  public VerifyContentCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "comparing the files of " + first + " and " + second;
  }

  @Override
  public Integer call() throws IOException {
    Reference a = Reference.parse(first);
    Reference b = Reference.parse(second);
    FileTree tree;
    TreeComparison.Ostree ostree;
    TreeComparison.Outcome outcome;
    try (Session session =
        Session.open(console, common, scratchOption, registryOptions.reading(List.of(a, b)))) {
      TreeSource left = open(a, b, session);
      TreeSource right = open(b, a, session);
      FileTree one = left.read(session.scratch().directory("first"), session.progress());
      FileTree other = right.read(session.scratch().directory("second"), session.progress());
      ostree = ostree(OstreeRepository.isIn(one), OstreeRepository.isIn(other));
      tree = plain(one);
      outcome = TreeComparison.compare(tree, plain(other), mtimes, ostree);
    }
    if (json) {
      console.result(json(tree, outcome));
    } else {
      report(tree, outcome, ostree);
    }
    return outcome.differences().isEmpty() ? 0 : Failures.VERIFICATION_FAILED;
  }

  private static TreeComparison.Ostree ostree(boolean first, boolean second) {
    if (first) {
      return second ? TreeComparison.Ostree.BOTH : TreeComparison.Ostree.FIRST;
    }
    return second ? TreeComparison.Ostree.SECOND : TreeComparison.Ostree.NEITHER;
  }

  private static TreeSource open(Reference reference, Reference other, Session session)
      throws IOException {
    return session.closing(session.transports().beside(true, List.of(other)).tree(reference));
  }

  private static FileTree plain(FileTree tree) throws IOException {
    return OstreeRepository.isIn(tree) ? OstreeRepository.unwrap(tree) : tree;
  }

  private void report(FileTree tree, TreeComparison.Outcome outcome, TreeComparison.Ostree ostree) {
    List<String> differences = outcome.differences();
    if (differences.isEmpty()) {
      console.result(
          "equal: "
              + Human.count(tree.entries().size(), "path")
              + ", "
              + Human.size(bytes(tree))
              + " of content in both "
              + first
              + " and "
              + second);
      tellJoined(outcome, ostree);
      return;
    }
    console.result(
        first + " and " + second + " have " + Human.count(differences.size(), "difference") + ":");
    int shown = all ? differences.size() : Math.min(MOST, differences.size());
    differences.subList(0, shown).forEach(difference -> console.result("  " + difference));
    if (shown < differences.size()) {
      console.result("  and " + (differences.size() - shown) + " more (--all shows them)");
    }
    tellJoined(outcome, ostree);
  }

  /** Links that one of the images alone has are what OSTree makes of files that are equal. */
  private void tellJoined(TreeComparison.Outcome outcome, TreeComparison.Ostree ostree) {
    if (outcome.joined() > 0) {
      console.result(
          Human.count(outcome.joined(), "path")
              + (outcome.joined() == 1 ? " is a hard link" : " are hard links")
              + " of equal files in one of them alone"
              + (ostree == TreeComparison.Ostree.NEITHER
                  ? ", as where files have once been in an OSTree repository"
                  : ", where OSTree keeps them once: no difference"));
    }
  }

  private JsonObject json(FileTree tree, TreeComparison.Outcome outcome) {
    return JsonObject.EMPTY
        .with("equal", outcome.differences().isEmpty())
        .with("first", first)
        .with("second", second)
        .with("paths", tree.entries().size())
        .with("bytes", bytes(tree))
        .with("linked", outcome.joined())
        .with("differences", outcome.differences());
  }

  /** Bytes of content, each hard-linked file counted once. */
  private static long bytes(FileTree tree) {
    Set<Inode> inodes = Collections.newSetFromMap(new IdentityHashMap<>());
    return tree.entries().stream()
        .map(FileTree.Entry::inode)
        .filter(inodes::add)
        .mapToLong(Inode::size)
        .sum();
  }
}

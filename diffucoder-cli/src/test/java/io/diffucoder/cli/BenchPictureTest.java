package io.diffucoder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.diffucoder.cli.LabelPlaces.Box;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class BenchPictureTest {
  private static Document parsed(BenchReport report) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(BenchPicture.svg(report))));
  }

  @Test
  void has_a_labelled_point_for_each_setting() throws Exception {
    Document svg = parsed(BenchScript.report("entropy", "entropy@24", "origin"));

    assertThat(svg.getElementsByTagName("circle").getLength()).isEqualTo(3);
    assertThat(svg.getDocumentElement().getTextContent())
        .contains("entropy@24", "origin", "pass@1", "forward passes a task", "tasks <a & b>");
  }

  @Test
  void a_line_joins_settings_that_differ_in_their_steps_alone() throws Exception {
    Document svg = parsed(BenchScript.report("entropy", "origin", "entropy@24"));

    assertThat(svg.getElementsByTagName("polyline").getLength()).isEqualTo(1);
    Element curve = (Element) svg.getElementsByTagName("g").item(0);
    assertThat(curve.getTextContent()).contains("entropy", "entropy@24").doesNotContain("origin");
  }

  @Test
  void labels_of_points_in_one_place_do_not_overlap() {
    LabelPlaces places = new LabelPlaces(new Box(0, 0, 600, 300));
    List<Box> boxes = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      boxes.add(places.place(300, 150, 80, 16));
    }

    for (int i = 0; i < boxes.size(); i++) {
      for (int j = 0; j < i; j++) {
        Box a = boxes.get(i);
        Box b = boxes.get(j);
        assertThat(Math.abs(a.x() - b.x()) >= 80 || Math.abs(a.y() - b.y()) >= 16)
            .as("%s and %s", a, b)
            .isTrue();
      }
    }
  }

  @Test
  void a_label_stays_within_the_frame() {
    LabelPlaces places = new LabelPlaces(new Box(0, 0, 600, 300));

    assertThat(places.place(595, 150, 80, 16)).isEqualTo(new Box(595 - 9 - 80, 142, 80, 16));
  }

  @Test
  void axes_have_round_ticks_around_the_values() {
    assertThat(Axis.roundStep(48, 8)).isEqualTo(10);
    assertThat(Axis.roundStep(256, 8)).isEqualTo(50);
    assertThat(Axis.spanning(0, 48, 10).ticks()).containsExactly(0.0, 10.0, 20.0, 30.0, 40.0, 50.0);
    assertThat(Axis.spanning(0.5, 0.5, 0.25).ticks()).containsExactly(0.5, 0.75);
    assertThat(Axis.spanning(0, 50, 10).share(25)).isEqualTo(0.5);
  }
}

package io.unitcost.samples.mvc.bikes;

import io.unitcost.spring.AiFeature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.core.io.Resource;
import org.springframework.stereotype.Component;

/** The pages of the shop's handbook, which are read into the vector store when the application starts. */
@Component
class Handbook implements ApplicationRunner {

    private static final int PAGES = 2;

    private final VectorStore store;
    private final Resource text;

    Handbook(VectorStore store, @Value("classpath:handbook.txt") Resource text) {
        this.store = store;
        this.text = text;
    }

    /** Without a name of its own this would be nobody's cost: it is no request. */
    @Override
    @AiFeature("indexing")
    public void run(ApplicationArguments args) throws IOException {
        String[] pages = text.getContentAsString(StandardCharsets.UTF_8).split("\n\n");
        store.add(Arrays.stream(pages).map(Document::new).toList());
    }

    /** The pages that a question is about. */
    String pagesFor(String question) {
        List<Document> pages = store.similaritySearch(
                SearchRequest.builder().query(question).topK(PAGES).build());
        return pages.stream().map(Document::getFormattedContent).collect(Collectors.joining("\n\n"));
    }
}

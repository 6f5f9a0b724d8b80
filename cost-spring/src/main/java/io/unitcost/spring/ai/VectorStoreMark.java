package io.unitcost.spring.ai;

/** Kept in the context of a vector store's observation: what is embedded below it is for retrieval. */
enum VectorStoreMark {
    HERE;

    static final String SERVICE = "retrieval";
}

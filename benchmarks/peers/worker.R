# Answers questions about R's stable laws, asked and answered in doubles on standard input and output:
# (function, alpha, beta, seed, n) and n numbers; back come a count and as many numbers, or minus the
# length of a message and its bytes.  The package is the argument.
suppressMessages(library(commandArgs(TRUE)[1], character.only = TRUE))
package <- commandArgs(TRUE)[1]
asked <- file("stdin", "rb")
told <- file("/dev/stdout", "wb", raw = TRUE)

stabledist_answer <- function(what, alpha, beta, x) switch(what,
    stabledist::dstable(x, alpha, beta, pm = 0),
    stabledist::pstable(x, alpha, beta, pm = 0),
    stabledist::pstable(x, alpha, beta, pm = 0, lower.tail = FALSE),
    stabledist::qstable(x, alpha, beta, pm = 0),
    stabledist::rstable(x, alpha, beta, pm = 0))

# Its own parameters are those of sd2s, which takes the S1 form, but for the sign of the skewness
# where alpha < 1.  The shift to S0 comes from outside.
stable_answer <- function(what, alpha, beta, x) {
    p <- list(tail = alpha, skew = 0, disp = 1, loc = 0)
    if (beta != 0) p <- stable::sd2s(alpha, if (alpha < 1) -beta else beta, 1, 0, pm = 1)
    switch(what,
        stable::dstable(x, p$loc, p$disp, p$skew, p$tail),
        stable::pstable(x, p$loc, p$disp, p$skew, p$tail),
        stop("it has no upper tail"),
        stable::qstable(x, p$loc, p$disp, p$skew, p$tail),
        stable::rstable(x, p$loc, p$disp, p$skew, p$tail))
}

repeat {
    head <- readBin(asked, "double", 5)
    if (length(head) < 5) quit("no")
    x <- readBin(asked, "double", head[5])
    set.seed(head[4])
    answer <- get(paste0(package, "_answer"))
    seen <- tryCatch(as.double(suppressWarnings(answer(head[1], head[2], head[3], x))),
                     error = function(e) conditionMessage(e))
    if (is.character(seen)) {
        text <- charToRaw(seen)
        writeBin(-as.double(length(text)), told)
        writeBin(text, told)
    } else {
        writeBin(as.double(length(seen)), told)
        writeBin(seen, told)
    }
    flush(told)
}

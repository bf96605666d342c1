--[[ The constructs of a page as HTML. No style attributes: the page's content security policy refuses them. ]]

local construct = require("construct")

local words, pictures, page = {}, {}, ""

local function escape(text)
  return (text:gsub("[&<>\"]", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }))
end

local function html(parts)
  return construct.in_a_row("html", parts)
end

-- A table goes to Pandoc's writer, in a box that can be scrolled. With no widths, its columns are as wide as they need;
-- where the first one is set to the left, it heads its rows.
local function table_html(tbl)
  local caption, label = construct.caption(tbl), tbl.attributes.label
  if #caption > 0 and label then
    local number = '<span class="number">' .. escape(label) .. "</span> "
    tbl.caption = { long = { pandoc.Plain({ pandoc.RawInline("html", number) } .. caption) } }
  end
  local id = tbl.identifier ~= "" and ' id="' .. escape(tbl.identifier) .. '"' or ""
  local name = escape(label or words.table)
  tbl.attr = pandoc.Attr()
  tbl.colspecs = tbl.colspecs:map(function(spec) return { spec[1], nil } end)
  local aligned = tbl.colspecs[1] and tbl.colspecs[1][1]
  local heads = #tbl.colspecs > 1 and (aligned == "AlignLeft" or aligned == "AlignDefault") and 1 or 0
  for _, body in ipairs(tbl.bodies) do body.row_head_columns = heads end
  return pandoc.Blocks({
    pandoc.RawBlock("html", '<div class="table-scroll"' .. id .. ' role="group" aria-label="' .. name .. '" tabindex="0">'),
    tbl,
    pandoc.RawBlock("html", "</div>"),
  })
end

-- An SVG stands in the page itself, where a mark of its name is put; a PNG beside it.
local function picture_html(image)
  local name, alt = image.src:match("([^/]+)$"), escape(image.attributes["fig-alt"])
  if not pictures[name] then return '<p class="missing">' .. escape(words.picture_missing) .. " " .. alt .. "</p>" end
  if name:match("%.svg$") then
    return '<div class="chart" role="img" tabindex="0" aria-label="' .. alt .. '"><!--picture ' .. name .. "--></div>"
  end
  return '<img src="figures/' .. page .. "/" .. name .. '" alt="' .. alt .. '">'
end

local function opened(figure)
  local title, note = construct.title_and_note(construct.caption(figure))
  local id = figure.identifier ~= "" and ' id="' .. escape(figure.identifier) .. '"' or ""
  local number = '<span class="number">' .. escape(figure.attributes.label or "") .. "</span>"
  local parts = pandoc.List({ '<figure class="card"' .. id .. ">\n<figcaption>" .. number })
  if #title > 0 then parts:extend({ ' <span class="title">', title, "</span>" }) end
  if #note > 0 then parts:extend({ ' <span class="note">', note, "</span>" }) end
  parts:insert("</figcaption>")
  return html(parts)
end

local function figure_blocks(figure, chart, data)
  local blocks = pandoc.Blocks({ opened(figure), pandoc.RawBlock("html", picture_html(construct.picture(figure))) })
  if chart then blocks:insert(chart) end
  if data then
    local title = data.attributes.title or words.data_behind_chart
    blocks:insert(pandoc.RawBlock("html", '<details class="figure-data"><summary>' .. escape(title) .. "</summary>"))
    blocks:extend(data.content)
    blocks:insert(pandoc.RawBlock("html", "</details>"))
  end
  blocks:insert(pandoc.RawBlock("html", "</figure>"))
  return blocks
end

local function box(div, kind)
  local title, body = construct.title_and_body(div, words)
  local class = "callout " .. (construct.CALLOUTS[kind] and "callout-" .. kind or kind)
  local sign = construct.CALLOUTS[kind] and '<span class="hidden">' .. escape(words[kind]) .. ": </span>" or ""
  local open, title_end, close = '<div class="' .. class .. '" role="note">\n<p class="callout-title">', "</p>", "</div>"
  if div.attributes.collapse == "true" then
    open, title_end, close = '<details class="' .. class .. '"><summary class="callout-title">', "</summary>", "</details>"
  end
  return pandoc.Blocks({ html({ open .. sign, title, title_end }) }) .. body .. { pandoc.RawBlock("html", close) }
end

local function key_findings(div)
  if div.content[1] and div.content[1].t == "Header" then return nil end
  div.content:insert(1, pandoc.Header(2, words.key_findings, pandoc.Attr("key-findings")))
  return div
end

local function tabset(div)
  local blocks = pandoc.Blocks({ pandoc.RawBlock("html", '<div class="tabset">') })
  for _, tab in ipairs(construct.tabs(div)) do
    tab.header.classes = { "unnumbered", "unlisted" } -- keeps it out of the page's contents
    blocks:insert(pandoc.RawBlock("html", '<div class="tab">'))
    blocks:insert(tab.header)
    blocks:extend(tab.blocks)
    blocks:insert(pandoc.RawBlock("html", "</div>"))
  end
  return blocks .. { pandoc.RawBlock("html", "</div>") }
end

local function side_by_side(div, columns)
  local cells = construct.cells(div):map(function(cell) return pandoc.Div(cell, pandoc.Attr("", { "cell" })) end)
  return pandoc.Div(cells, pandoc.Attr(div.identifier, { "side-by-side", "columns-" .. columns }))
end

local function margin_note(element)
  return pandoc.Attr(element.identifier, { "margin-note" }, { role = "note" })
end

local function equation_html(div, formula)
  local label, alt = escape(div.attributes.label), escape(div.attributes.alt)
  local mathml = pandoc.write(pandoc.Pandoc({ pandoc.Plain({ formula }) }), "html5", { html_math_method = "mathml" })
  mathml = mathml:gsub("<math ", '<math alttext="' .. alt:gsub("%%", "%%%%") .. '" ', 1)
  local open = '<div class="equation" id="' .. escape(div.identifier) .. '" role="group" aria-label="' .. label .. '" tabindex="0">'
  local number = '<span class="equation-number">' .. construct.number_of(div) .. "</span>"
  return pandoc.RawBlock("html", open .. mathml .. number .. "</div>")
end

local function div_html(div)
  local formula, columns = construct.formula(div), construct.columns(div)
  if columns then return side_by_side(div, columns) end
  if formula then return equation_html(div, formula) end
  if div.classes:includes("panel-tabset") then return tabset(div) end
  if construct.is_margin_note(div) then
    div.attr = margin_note(div)
    return div
  end
  local kind = construct.kind(div)
  if kind == "key-findings" then return key_findings(div) end
  if kind and kind ~= "lead" and kind ~= "figure-data" then return box(div, kind) end
end

function Pandoc(doc)
  words = construct.words(doc.meta)
  pictures, page = construct.set(doc.meta.pictures), pandoc.utils.stringify(doc.meta.page)
  return doc:walk({
    Table = table_html,
    Div = div_html,
    Span = function(span)
      if not construct.is_margin_note(span) then return nil end
      span.attr = margin_note(span)
      return span
    end,
  }):walk({
    traverse = "topdown",
    Blocks = function(blocks) return construct.gather_figures(blocks, figure_blocks) end,
    Table = function(tbl) return tbl, false end,
    Para = function(para) return para, false end,
    Plain = function(plain) return plain, false end,
  })
end

--[[ The constructs of a page as HTML. No style attributes: the page's content security policy refuses them. ]]

local construct = require("construct")

local words, pictures, page = {}, {}, ""

local function escape(text)
  return (text:gsub("[&<>\"]", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }))
end

local function html(parts)
  return construct.in_a_row("html", parts)
end

-- A cell's opening, content and end are put at the end of `parts`.
local function add_cell(parts, cell, align, tag, scope)
  local class = align ~= "left" and ' class="' .. align .. '"' or ""
  if cell.is_text and cell.text == "" then tag, scope = "td", nil end -- nothing is headed by it
  local open, close = "<" .. tag .. class .. (scope and ' scope="' .. scope .. '"' or "") .. ">", "</" .. tag .. ">"
  if cell.is_text then
    parts:insert(open .. escape(cell.text) .. close)
  else
    local line = construct.one_line(cell.blocks)
    local content = line or pandoc.write(pandoc.Pandoc(cell.blocks), "html5", { wrap_text = "none" })
    parts:extend({ open, content, close })
  end
end

local function add_row(parts, row, aligns, is_head)
  parts:insert("<tr>")
  for i, cell in ipairs(row) do
    local is_row_head = i == 1 and aligns[1] == "left" and #row > 1
    if is_head then
      add_cell(parts, cell, aligns[i], "th", "col")
    elseif is_row_head then
      add_cell(parts, cell, aligns[i], "th", "row")
    else
      add_cell(parts, cell, aligns[i], "td")
    end
  end
  parts:insert("</tr>\n")
end

local function caption(tbl)
  local inlines = construct.caption(tbl)
  if #inlines == 0 then return {} end
  local number = tbl.attributes.label
  local label = number and '<span class="number">' .. escape(number) .. "</span> " or ""
  return { "<caption>" .. label, inlines, "</caption>" }
end

-- Neighbours that are text become one.
local function joined(parts)
  local out = pandoc.List({})
  for _, part in ipairs(parts) do
    if type(part) == "string" and type(out[#out]) == "string" then out[#out] = out[#out] .. part else out:insert(part) end
  end
  return out
end

local function table_html(tbl)
  local head, body, aligns = construct.rows(tbl)
  local id = tbl.identifier ~= "" and ' id="' .. escape(tbl.identifier) .. '"' or ""
  local name = escape(tbl.attributes.label or words.table)
  local box = '<div class="table-scroll"' .. id .. ' role="group" aria-label="' .. name .. '" tabindex="0">\n'
  local parts = pandoc.List({ box .. "<table>" })
  parts:extend(caption(tbl))
  parts:insert("\n")
  if #head > 0 then
    parts:insert("<thead>\n")
    for _, row in ipairs(head) do add_row(parts, row, aligns, true) end
    parts:insert("</thead>\n")
  end
  parts:insert("<tbody>\n")
  for _, row in ipairs(body) do add_row(parts, row, aligns, false) end
  parts:insert("</tbody>\n</table>\n</div>")
  return html(joined(parts))
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
    Blocks = function(blocks) return construct.gather_figures(blocks, figure_blocks) end,
  })
end
